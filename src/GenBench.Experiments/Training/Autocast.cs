using System.Runtime.InteropServices;
using TorchSharp;

namespace GenBench.Experiments.Training;

/// <summary>
/// libtorch's autocast to bfloat16, which TorchSharp does not wrap: matrix products and convolutions compute in
/// bfloat16, the weights stay float32. Called through libtorch's own C++ entry points where they are exported under
/// the names of the Itanium ABI (Linux, macOS).
/// </summary>
internal sealed class Autocast
{
    private const int BFloat16 = 15; // c10::ScalarType::BFloat16

    private readonly SetForDevice _setEnabled;
    private readonly SetForDevice _setType;
    private readonly ClearCache _clearCache;
    private readonly int _device;

    private Autocast(SetForDevice setEnabled, SetForDevice setType, ClearCache clearCache, DeviceType device) =>
        (_setEnabled, _setType, _clearCache, _device) = (setEnabled, setType, clearCache, (int)device);

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate void SetForDevice(int device, int value);

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate void ClearCache();

    /// <summary>Finds autocast for a device type, or null where this libtorch does not export it.</summary>
    public static Autocast? Find(DeviceType device)
    {
        var file = OperatingSystem.IsMacOS() ? "libtorch_cpu.dylib" : "libtorch_cpu.so";
        return NativeLibrary.TryLoad(file, out var library)
            && NativeLibrary.TryGetExport(library, "_ZN2at8autocast20set_autocast_enabledEN3c1010DeviceTypeEb", out var setEnabled)
            && NativeLibrary.TryGetExport(library, "_ZN2at8autocast18set_autocast_dtypeEN3c1010DeviceTypeENS1_10ScalarTypeE", out var setType)
            && NativeLibrary.TryGetExport(library, "_ZN2at8autocast11clear_cacheEv", out var clearCache)
            ? new Autocast(
                Marshal.GetDelegateForFunctionPointer<SetForDevice>(setEnabled),
                Marshal.GetDelegateForFunctionPointer<SetForDevice>(setType),
                Marshal.GetDelegateForFunctionPointer<ClearCache>(clearCache), device)
            : null;
    }

    /// <summary>Turns autocast on for this thread until the region is disposed.</summary>
    public Region Enter()
    {
        _setType(_device, BFloat16);
        _setEnabled(_device, 1);
        return new Region(this);
    }

    /// <summary>Where autocast is on.</summary>
    internal sealed class Region(Autocast autocast) : IDisposable
    {
        /// <summary>Turns it off and drops the weights' bfloat16 copies, which the next update makes stale.</summary>
        public void Dispose()
        {
            autocast._setEnabled(autocast._device, 0);
            autocast._clearCache();
        }
    }
}
