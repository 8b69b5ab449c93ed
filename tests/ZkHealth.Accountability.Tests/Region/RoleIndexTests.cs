using Xunit;

namespace ZkHealth.Accountability.Tests.Region;

using Region = ZkHealth.Accountability.Region;

/// <summary>The members of a class, which every fee, review and roster asks for.</summary>
public sealed class RoleIndexTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_member_is_found_by_the_roles_that_it_has_now(bool isAskedBefore)
    {
        var r = new Region();
        Change c = new(r.State.Map, r.State.Due, [.. r.State.Members], r.Time);
        if (isAskedBefore)
        {
            Assert.Equal(["commission-a", "commission-b"], c.MembersOf("authority"));
        }

        Set("hospital", "authority", "provider");
        Set("commission-a", "operator");
        Set("commission-b", "authority");
        Assert.Equal(["commission-b", "hospital"], c.MembersOf("authority"));
        Assert.Equal(["centre", "hospital"], c.MembersOf("provider"));
        Assert.Equal(["commission-a", "operator"], c.MembersOf("operator"));
        Assert.Empty(c.MembersOf("developer"));

        void Set(string subject, params string[] roles) => c.Put(subject, c.Find(Records.Member, subject)!.With("roles", roles));
    }
}
