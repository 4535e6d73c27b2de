//! One request under way at a time: wishes that come meanwhile melt into one, made from the newest state.

use crate::protocol::RequestId;

/// Holds back requests while one is under way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Lane {
    under_way: Option<RequestId>,
    again: bool,
}

impl Lane {
    /// Whether a wish may go out now; otherwise it is remembered.
    pub fn may_go(&mut self) -> bool {
        self.again = self.under_way.is_some();
        !self.again
    }

    /// This request has gone out.
    pub fn went(&mut self, request: RequestId) {
        self.under_way = Some(request);
    }

    /// This request was answered. True if a wish came meanwhile, which is now to go out.
    pub fn landed(&mut self, request: RequestId) -> bool {
        if self.under_way != Some(request) {
            return false;
        }
        self.under_way = None;
        std::mem::take(&mut self.again)
    }

    /// The engine was started anew: nothing is under way.
    pub fn reset(&mut self) {
        *self = Self::default();
    }

    /// Whether a request is under way.
    pub fn busy(self) -> bool {
        self.under_way.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wishes_during_a_request_melt_into_one() {
        let mut lane = Lane::default();
        assert!(lane.may_go());
        lane.went(RequestId(1));
        assert!(!lane.may_go());
        assert!(!lane.may_go());
        assert!(lane.landed(RequestId(1)));
        assert!(lane.may_go());
        lane.went(RequestId(2));
        assert!(!lane.landed(RequestId(1)), "an old answer frees nothing");
        assert!(!lane.landed(RequestId(2)));
    }
}
