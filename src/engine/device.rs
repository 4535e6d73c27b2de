//! Starting a device. The only place that starts burn's backends; which of them a worker holds is a cargo feature.

use burn::tensor::{Device, Tensor};

use crate::domain::device::DeviceKind;
use crate::protocol::Fault;
use crate::protocol::error::FaultKind;

/// Start this device and see it add two numbers. WebGPU may be started once in a worker's life.
///
/// # Errors
/// `FaultKind::Device` if it cannot start, or this worker does not hold it.
pub async fn start(kind: DeviceKind) -> Result<Device, Fault> {
    let device = open(kind).await?;
    let sum = Tensor::<1>::from_floats([1.0, 2.0], &device).sum().into_scalar_async::<f32>().await;
    match sum {
        Ok(3.0) => Ok(device),
        Ok(sum) => Err(failed(kind, &format!("it says that 1 + 2 is {sum}"))),
        Err(error) => Err(failed(kind, &error.to_string())),
    }
}

#[cfg(feature = "cpu")]
async fn cpu(kind: DeviceKind) -> Result<Device, Fault> {
    match kind {
        DeviceKind::Cpu => Ok(Device::flex()),
        // Deprecated upstream, and asked for by name: it is the second opinion on flex.
        #[allow(deprecated)]
        DeviceKind::NdArray => Ok(Device::ndarray()),
        DeviceKind::WebGpu => Err(failed(kind, "this worker holds the CPU's backends only")),
    }
}

#[cfg(feature = "gpu")]
async fn gpu(kind: DeviceKind) -> Result<Device, Fault> {
    match kind {
        DeviceKind::WebGpu => {
            Device::wgpu_options().init_async().await.map_err(|error| failed(kind, &error.to_string()))
        }
        DeviceKind::Cpu | DeviceKind::NdArray => Err(failed(kind, "this worker holds WebGPU only")),
    }
}

async fn open(kind: DeviceKind) -> Result<Device, Fault> {
    #[cfg(all(feature = "cpu", feature = "gpu"))]
    return match kind {
        DeviceKind::WebGpu => gpu(kind).await,
        DeviceKind::Cpu | DeviceKind::NdArray => cpu(kind).await,
    };
    #[cfg(all(feature = "cpu", not(feature = "gpu")))]
    return cpu(kind).await;
    #[cfg(all(feature = "gpu", not(feature = "cpu")))]
    return gpu(kind).await;
    #[cfg(not(any(feature = "cpu", feature = "gpu")))]
    Err(failed(kind, "this build holds no backend"))
}

/// What the page is told when a device fails, at the start or later.
pub fn failed(kind: DeviceKind, why: &str) -> Fault {
    Fault::new(
        FaultKind::Device,
        format!("{} could not be used: {why}.", kind.name()),
        "Choose another device, or load the page again.",
    )
}
