namespace Proxify.FunctionalTests.Endings;

internal readonly record struct Step(StepKind Kind, int Size = 0, int Chunk = 0)
{
    public override string ToString() => Size == 0 ? $"{Kind}" : Chunk == 0 ? $"{Kind}({Size})" : $"{Kind}({Size}/{Chunk})";
}
