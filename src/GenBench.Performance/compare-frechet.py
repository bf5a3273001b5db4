#!/usr/bin/python3
"""The Frechet distance of two statistics: this suite against SciPy's matrix root and NumPy's eigenvalues.

The three take turns on one machine, the same number of threads each; medians and ratios are printed.

    apt-get install python3-scipy libopenblas0-pthread     # with the reference BLAS the comparison proves nothing
    dotnet build src/GenBench.Performance -c Release
    OPENBLAS_NUM_THREADS=2 python3 src/GenBench.Performance/compare-frechet.py
"""
import argparse
import glob
import os
import statistics
import subprocess
import sys
import tempfile
import time

import numpy as np
import scipy
import scipy.linalg


def spectrum_statistics(rng, d):
    """Mean and covariance whose eigenvalues fall over three decades, as those of Inception's features do."""
    basis = np.linalg.qr(rng.standard_normal((d, d)))[0]
    scales = np.logspace(0, -1.5, d)
    rows = rng.standard_normal((4 * d, d)) * scales @ basis.T + 0.1 * rng.standard_normal(d)
    return rows.mean(0), np.cov(rows, rowvar=False)


def rest(mu1, sigma1, mu2, sigma2):
    return ((mu1 - mu2) ** 2).sum() + np.trace(sigma1) + np.trace(sigma2)


def by_sqrtm(mu1, sigma1, mu2, sigma2):
    root = scipy.linalg.sqrtm(sigma1 @ sigma2)
    root = root[0] if isinstance(root, tuple) else root
    return rest(mu1, sigma1, mu2, sigma2) - 2 * np.trace(root).real


def by_eigh(mu1, sigma1, mu2, sigma2):
    values, vectors = np.linalg.eigh(sigma1)
    root = (vectors * np.sqrt(values.clip(0))) @ vectors.T
    return rest(mu1, sigma1, mu2, sigma2) - 2 * np.sqrt(np.linalg.eigvalsh(root @ sigma2 @ root).clip(0)).sum()


def blas():
    """The BLAS and LAPACK that are loaded, by their files."""
    with open("/proc/self/maps", encoding="ascii") as lines:
        files = {os.path.realpath(line.split()[-1]) for line in lines if "blas" in line or "lapack" in line}
    return ", ".join(sorted(os.path.join(*file.split("/")[-2:]) for file in files if "python" not in file))


def timed(distance, sets):
    start = time.perf_counter()
    value = distance(*sets)
    return value, time.perf_counter() - start


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--dimension", type=int, default=2048)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--threads", type=int, default=int(os.environ.get("OPENBLAS_NUM_THREADS", "2")))
    parser.add_argument("--program", help="GenBench.Performance.dll (default: the one built beside this file)")
    options = parser.parse_args()
    here = os.path.dirname(os.path.abspath(__file__))
    built = [options.program] if options.program else sorted(glob.glob(os.path.join(here, "bin", "Release", "**", "GenBench.Performance.dll"), recursive=True))
    if not built:
        sys.exit("build it first: dotnet build src/GenBench.Performance -c Release")
    rng = np.random.default_rng(0)
    sets = [*spectrum_statistics(rng, options.dimension), *spectrum_statistics(rng, options.dimension)]
    seconds, values = {"sqrtm": [], "eigh": [], "GenBench": []}, {}
    with tempfile.TemporaryDirectory() as folder:
        for name, array in zip(("mu1", "sigma1", "mu2", "sigma2"), sets):
            np.ascontiguousarray(array, "<f8").tofile(os.path.join(folder, name))
        by_eigh(*sets)
        for _ in range(options.rounds):
            for name, distance in (("sqrtm", by_sqrtm), ("eigh", by_eigh)):
                values[name], elapsed = timed(distance, sets)
                seconds[name].append(elapsed)
            subprocess.run(["dotnet", built[0], "statistics", folder, "1", str(options.threads)], check=True)
            with open(os.path.join(folder, "seconds"), encoding="ascii") as lines:
                values["GenBench"], *repeats = map(float, lines)
            seconds["GenBench"] += repeats
    ours = statistics.median(seconds["GenBench"])
    print(f"D = {options.dimension}, {options.threads} threads, {options.rounds} rounds, NumPy {np.__version__}, SciPy {scipy.__version__}, {blas()}")
    for name, times in seconds.items():
        median = statistics.median(times)
        print(f"{name:9} {median:6.2f} s ({min(times):.2f} to {max(times):.2f}), {median / ours:.2f} times GenBench, distance {values[name]:.10g}, "
              f"off by {abs(values[name] / values['GenBench'] - 1):.1e}")


if __name__ == "__main__":
    main()
