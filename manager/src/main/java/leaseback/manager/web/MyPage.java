package leaseback.manager.web;

import java.util.List;

/// What a customer sees first: what waits for an answer, then all that is between us.
public record MyPage(List<Waiting> waiting, CustomerPage all) {
    /// An offer that waits.
    ///
    /// @param until by when an answer is wanted
    public record Waiting(String address, String what, String until) {}
}
