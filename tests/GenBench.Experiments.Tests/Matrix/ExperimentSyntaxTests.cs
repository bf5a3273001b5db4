using System.Text;
using GenBench.Core;
using GenBench.Experiments.Matrix;
using static GenBench.Tests.Experiments.ExperimentText;

namespace GenBench.Tests.Experiments;

public sealed class ExperimentSyntaxTests
{
    [Fact]
    public void Comments_trailing_commas_and_a_byte_order_mark_are_read()
    {
        var text = """
            // Purpose.
            { "$schema": "./experiment.schema.json", "name": "test", /* data */ "datasets": [{ "name": "dots", },],
              "models": [{ "kind": "plain-toy" }], "training": { "steps": 10 }, }
            // The end.
            """;
        Assert.Single(Read(text).Cells);
        Assert.Single(Read([0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes(text)]).Cells);
    }

    [Theory]
    [InlineData("{ \"name\": \"test\",\n  \"seeds\": [0, }\n", "x.json:2:16: not JSON: ")]
    [InlineData("{ \"näme\": ]", "x.json:1:11: not JSON: ")]
    [InlineData("{ \"name\": \"test\" } 5", "x.json:1:20: not JSON: ")]
    [InlineData("{ \"name\": \"test\"", "x.json:1:17: not JSON: ")]
    [InlineData("", "x.json:1:1: not JSON: ")]
    [InlineData("{\r\n  'name': 1 }", "x.json:2:3: not JSON: ")]
    public void A_syntax_error_is_placed(string text, string start) =>
        Assert.StartsWith(start, Error(() => Read(text)), StringComparison.Ordinal);

    [Theory]
    [InlineData("{ \"name\": \"a\",\n  \"name\": \"b\" }", "x.json:2:3: name: given twice, first in line 1; remove one")]
    [InlineData("{ \"training\": { \"steps\": 1,\n \"steps\": 2 } }", "x.json:2:2: training.steps: given twice, first in line 1; remove one")]
    [InlineData("[]", "x.json:1:1: expected an object, found a list")]
    [InlineData("{ \"name\": \"\\ud800\" }", "x.json:1:11: name: the text escapes half a surrogate pair; write the character itself")]
    [InlineData("{ \"a\\nb\": 1 }", "x.json:1:3: a b: unknown member; known are $schema, name, datasets, models, controls, seeds, training, evaluation")]
    public void Malformed_objects_are_refused(string text, string message) => Assert.Equal(message, Error(() => Read(text)));

    [Fact]
    public void Columns_count_characters_not_bytes() =>
        Assert.Equal("x.json:1:18: nome: unknown member; did you mean 'name'?", Error(() => Read("""{/* ääääéééé */  "nome": "test" }""")));

    [Fact]
    public void Text_that_is_not_UTF8_is_refused() =>
        Assert.Equal("x.json: not UTF-8 text; save it as UTF-8", Error(() => Read([(byte)'{', 0xff, (byte)'}'])));

    [Fact]
    public void A_missing_file_is_named()
    {
        var error = Assert.Throws<BadInputException>(() => ExperimentFile.Read("/nowhere/x.json", Toys.Registry, MetricNames));
        Assert.Equal("/nowhere/x.json: no such file; give the path of an experiment file", error.Message);
    }

    [Fact]
    public void A_folder_in_place_of_a_file_is_bad_input()
    {
        var error = Assert.Throws<BadInputException>(() => ExperimentFile.Read(Path.GetTempPath(), Toys.Registry, MetricNames));
        Assert.Contains("cannot be read", error.Message, StringComparison.Ordinal);
    }
}
