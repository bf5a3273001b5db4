namespace GenBench.Experiments.Training;

/// <summary>How far training is, reported at every logged step and about once a second.</summary>
/// <param name="Stage">The stage's name.</param>
/// <param name="Step">Steps done over all stages.</param>
/// <param name="TotalSteps">Steps over all stages; an estimate where the budget is images or device-seconds.</param>
/// <param name="Loss">The first objective's loss at this step.</param>
/// <param name="ImagesPerSecond">Images drawn per device-second since the last report.</param>
/// <param name="SecondsLeft">Device-seconds until the budget is spent, at the mean rate so far.</param>
/// <param name="DeviceSeconds">Seconds spent in training steps.</param>
public sealed record TrainingProgress(
    string Stage, long Step, long TotalSteps, double Loss, double ImagesPerSecond, double SecondsLeft, double DeviceSeconds);
