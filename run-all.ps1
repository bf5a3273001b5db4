# Runs every experiment of the experiments folder, one after another, and exits with the worst outcome.
#
#   pwsh run-all.ps1 [-Filter 'mnist*'] [-Exclude ''] [-Device cpu] [-Results results] [-Data data] [-Workers 2]
#
# The codes are those of `genbench run`: 0 all well; 1 some cells failed, and the next experiment is run all the same;
# 2 bad input and 130 interrupted, after which nothing more is run. A run that is repeated goes on where it stopped.
# What -Exclude names is left out, by default the experiments for a GPU, *-gpu; -Exclude '' leaves out nothing.
# Needs no module: only the language and native commands.
param(
    [string] $Filter = '*',
    [string] $Exclude = '*-gpu',
    [string] $Device = 'auto',
    [string] $Results = 'results',
    [string] $Data = '',
    [int] $Workers = 0,
    [string] $Experiments = [System.IO.Path]::Combine($PSScriptRoot, 'experiments'),
    [string] $Dotnet = 'dotnet'
)

$project = [System.IO.Path]::Combine($PSScriptRoot, 'src', 'GenBench.Cli')
$options = @('--results', $Results, '--device', $Device)
if ($Data -ne '') { $options += @('--data', $Data) }
if ($Workers -gt 0) { $options += @('--workers', $Workers) }

[string[]] $files = @(
    foreach ($file in [System.IO.Directory]::GetFiles($Experiments, '*.json')) {
        $name = [System.IO.Path]::GetFileNameWithoutExtension($file)
        # The schema lies beside the experiments, for editors.
        if ($name -like $Filter -and $name -notlike $Exclude -and $name -ne 'experiment.schema') { $file }
    })
if ($files.Length -eq 0) {
    "no experiment in $Experiments matches '$Filter'"
    exit 2
}
[System.Array]::Sort($files, [System.StringComparer]::Ordinal)

$worst = 0
$summary = @()
foreach ($file in $files) {
    & $Dotnet run -c Release --project $project -- run $file @options
    $code = $LASTEXITCODE
    $outcome = switch ($code) {
        0 { 'all well' }
        1 { 'some cells failed' }
        2 { 'bad input' }
        130 { 'interrupted' }
        default { 'stopped unexpectedly' }
    }
    $summary += "$([System.IO.Path]::GetFileNameWithoutExtension($file)): $outcome ($code)"
    $worst = [System.Math]::Max($worst, $code)
    if ($code -eq 2 -or $code -eq 130) { break }
}

''
$summary
if ($summary.Length -lt $files.Length) { "not run: $($files.Length - $summary.Length)" }
exit $worst
