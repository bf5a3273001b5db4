using System.Text.Json.Nodes;
using GenBench.Core;
using GenBench.Experiments;
using GenBench.Experiments.Matrix;

namespace GenBench.Tests.Experiments;

public sealed class RegistryTests
{
    private static readonly DataSpec Data = new(new ImageShape(1, 8, 8), 1);

    [Fact]
    public void Definitions_are_found_by_a_scan_in_ordinal_order()
    {
        var registry = Registry.Scan(typeof(PlainToy).Assembly, typeof(PlainToy).Assembly);
        Assert.Contains(registry.Datasets, dataset => dataset.Name == "dots");
        Assert.Contains(registry.Samplers, sampler => sampler is { Kind: "stepwise", Version: 2, Description: "Many steps." });
        var kinds = registry.Models.Select(model => model.Kind).ToList();
        Assert.Contains("plain-toy", kinds);
        Assert.Equal(kinds.Order(StringComparer.Ordinal), kinds);
    }

    [Fact]
    public void Definitions_make_what_they_define()
    {
        var model = Toys.Registry.Models.Single(definition => definition.Kind == "plain-toy");
        Assert.Equal((typeof(PlainOptions), 3), (model.OptionsType, model.Version));
        var toy = Assert.IsType<PlainToy>(model.Create(new PlainOptions { Latent = 5 }, Data));
        toy.Network.Dispose();
        Assert.Equal(5, toy.Options.Latent);
        Assert.Equal(12, Toys.Registry.Datasets.Single().Describe(new DotsOptions { Resolution = 12 }).Shape.Width);
    }

    [Fact]
    public void A_refusal_surfaces_as_it_was_thrown()
    {
        var model = Toys.Registry.Models.Single(definition => definition.Kind == "plain-toy");
        var error = Assert.Throws<InvalidOptionException>(() => model.Create(new PlainOptions { Latent = 999 }, Data));
        Assert.Equal("latent", error.Option);
    }

    [Fact]
    public void Two_definitions_of_a_kind_are_an_error_that_names_both()
    {
        var error = Assert.Throws<BadInputException>(() => Registry.Of(typeof(PlainToy), typeof(TwinToy<int>)));
        Assert.Contains("'plain-toy' is defined twice", error.Message, StringComparison.Ordinal);
        Assert.Contains(typeof(PlainToy).FullName!, error.Message, StringComparison.Ordinal);
        Assert.Contains("TwinToy", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("my-model", true)]
    [InlineData("vae2-x", true)]
    [InlineData("My-model", false)]
    [InlineData("my_model", false)]
    [InlineData("my-", false)]
    [InlineData("-my", false)]
    [InlineData("my--model", false)]
    [InlineData("2d", false)]
    [InlineData("a/b", false)]
    [InlineData("a\n", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void A_kind_is_words_of_small_letters_and_digits(string? name, bool valid) => Assert.Equal(valid, KindName.IsValid(name));

    [Fact]
    public void A_kind_that_is_no_name_is_an_error_that_names_the_type()
    {
        var error = Assert.Throws<BadInputException>(() => Registry.Of(typeof(UnnamedToy<int>)));
        Assert.Contains("UnnamedToy", error.Message, StringComparison.Ordinal);
        Assert.Contains("a model cannot be called '../toy'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_class_is_its_kind_in_capitals() =>
        Assert.Equal(["WordVae", "Vae2X", "A"], new[] { "word-vae", "vae2-x", "a" }.Select(KindName.ClassOf));

    [Fact]
    public void An_option_of_a_type_that_JSON_does_not_have_is_an_error_that_names_it()
    {
        var error = Assert.Throws<BadInputException>(() => Registry.Of(typeof(OddToy<int>)));
        Assert.Contains("OddOptions.When: System.DateTime cannot be an option", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Choices_are_bound_back_to_what_they_stand_for()
    {
        var options = new JsonObject { ["latent"] = 7, ["inner"] = new JsonObject { ["skip"] = true }, ["spacing"] = "paperLike", ["limit"] = 3_000_000_000 };
        var toy = Assert.IsType<PlainToy>(Toys.Registry.CreateModel(new ModelChoice("plain-toy", 3, options), Data));
        toy.Network.Dispose();
        Assert.Equal((7, true, 2, ToySpacing.PaperLike, 3_000_000_000),
            (toy.Options.Latent, toy.Options.Inner.Skip, toy.Options.Inner.Depth, toy.Options.Spacing, toy.Options.Limit));

        var setting = Toys.Registry.ChooseSampler("stepwise", new JsonObject { ["eta"] = 0.5 }, 10);
        Assert.Equal("stepwise(eta=0.5)", setting.Label);
        Assert.Equal((50, 0.5), Assert.IsType<StepSampler>(Toys.Registry.CreateSampler(setting)).Options is var made ? (made.Steps, made.Eta) : default);

        var dots = Toys.Registry.ChooseDataset("dots", new JsonObject { ["resolution"] = 12 });
        Assert.Equal(12, Assert.IsType<DotsOptions>(Toys.Registry.DatasetOptions(dots)).Resolution);
        using var opened = Toys.Registry.OpenDataset(dots, "/folder");
        Assert.Equal((dots.Data, "/folder"), (opened.Spec, opened.Checksum));
    }

    [Fact]
    public void Errors_outside_a_file_name_the_kind_and_the_option()
    {
        void Fails(string message, Action action) => Assert.Equal(message, Assert.Throws<BadInputException>(action).Message);
        Fails("unknown sampler 'stepwize'; did you mean 'stepwise'?", () => Toys.Registry.ChooseSampler("stepwize", [], 10));
        Fails("unknown dataset 'x'; known are dots", () => Toys.Registry.ChooseDataset("x", []));
        Fails("sampler 'stepwise': options.step: unknown member; did you mean 'steps'?",
            () => Toys.Registry.ChooseSampler("stepwise", new JsonObject { ["step"] = 3 }, 10));
        Fails("model 'plain-toy': options.latent: must be at most 64, the values of one image; lower it",
            () => Toys.Registry.CreateModel(new ModelChoice("plain-toy", 3, new JsonObject { ["latent"] = 65 }), Data));
        Fails("dataset 'dots': options.resolution: expected a whole number, found a string",
            () => Toys.Registry.ChooseDataset("dots", new JsonObject { ["resolution"] = "12" }));
    }

    [Fact]
    public void The_built_in_definitions_have_defaults_that_pass_their_own_checks()
    {
        foreach (var sampler in Registry.BuiltIn.Samplers)
            Assert.Equal(sampler.Kind, Registry.BuiltIn.ChooseSampler(sampler.Kind, [], 2).Label);
        foreach (var dataset in Registry.BuiltIn.Datasets)
            Assert.Equal(dataset.Name, Registry.BuiltIn.ChooseDataset(dataset.Name, []).Name);
        foreach (var control in Registry.BuiltIn.Controls)
            Assert.NotNull(control.Create(Activator.CreateInstance(control.OptionsType)!));
    }
}
