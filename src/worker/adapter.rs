//! What the browser says of its GPU.

use crate::domain::device::Adapter;

/// Ask the browser for its WebGPU adapter; `Absent` says why there is none.
pub async fn adapter() -> Adapter {
    Adapter::Absent("not asked yet".into())
}
