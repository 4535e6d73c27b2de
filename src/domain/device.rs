//! Which device runs: what was asked for, what the machine has, what was decided and why.

use serde::{Deserialize, Serialize};

/// What the person asked for (the values of `device-select`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DeviceRequest {
    /// The best there is: a real GPU, else the CPU.
    #[default]
    Auto,
    /// WebGPU, a software adapter included.
    WebGpu,
    /// The CPU, by burn's flex backend.
    Cpu,
    /// The CPU, by burn's ndarray backend.
    NdArray,
}

impl DeviceRequest {
    /// Every request, in the order the page offers them.
    pub const ALL: [DeviceRequest; 4] =
        [DeviceRequest::Auto, DeviceRequest::WebGpu, DeviceRequest::Cpu, DeviceRequest::NdArray];

    /// The form value: `auto`, `webgpu`, `cpu`, `ndarray`.
    pub fn word(self) -> &'static str {
        match self {
            DeviceRequest::Auto => "auto",
            DeviceRequest::WebGpu => "webgpu",
            DeviceRequest::Cpu => "cpu",
            DeviceRequest::NdArray => "ndarray",
        }
    }

    /// The request of this form value, if it is one.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|request| request.word() == word)
    }
}

/// A device that can run the engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DeviceKind {
    /// burn on wgpu, in the browser's WebGPU.
    WebGpu,
    /// burn-flex on the CPU.
    Cpu,
    /// burn-ndarray on the CPU.
    NdArray,
}

impl DeviceKind {
    /// The name in few words: which of the two CPU backends runs is a detail.
    pub fn short_name(self) -> &'static str {
        match self {
            DeviceKind::WebGpu => "WebGPU",
            DeviceKind::Cpu | DeviceKind::NdArray => "CPU",
        }
    }

    /// The name a person reads.
    pub fn name(self) -> &'static str {
        match self {
            DeviceKind::WebGpu => "WebGPU",
            DeviceKind::Cpu => "CPU (flex)",
            DeviceKind::NdArray => "CPU (ndarray)",
        }
    }
}

/// What the browser says of its GPU.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Adapter {
    /// A hardware adapter, by the name the browser gives it.
    Hardware(String),
    /// A software adapter (`isFallbackAdapter`): correct, and slower than the CPU.
    Software(String),
    /// None, and why.
    Absent(String),
}

/// The device that runs, and the sentence that says why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// What runs.
    pub kind: DeviceKind,
    /// Why, in a sentence for the page.
    pub reason: String,
}

/// Choose the device. A wish that cannot be met falls back to the CPU and says so.
pub fn decide(request: DeviceRequest, adapter: &Adapter) -> Decision {
    let (kind, reason) = match (request, adapter) {
        (DeviceRequest::Cpu, _) => (DeviceKind::Cpu, "as you chose".to_owned()),
        (DeviceRequest::NdArray, _) => (DeviceKind::NdArray, "as you chose".to_owned()),
        (DeviceRequest::WebGpu, Adapter::Hardware(name)) => {
            (DeviceKind::WebGpu, format!("as you chose, on {name}"))
        }
        (DeviceRequest::WebGpu, Adapter::Software(name)) => (
            DeviceKind::WebGpu,
            format!("as you chose, on {name}, a software adapter that is slower than the CPU"),
        ),
        (DeviceRequest::Auto, Adapter::Hardware(name)) => {
            (DeviceKind::WebGpu, format!("a GPU was found: {name}"))
        }
        (DeviceRequest::Auto, Adapter::Software(name)) => {
            (DeviceKind::Cpu, format!("the only WebGPU adapter, {name}, is software and slower than the CPU"))
        }
        (DeviceRequest::Auto | DeviceRequest::WebGpu, Adapter::Absent(why)) => {
            (DeviceKind::Cpu, format!("WebGPU is not available: {why}"))
        }
    };
    Decision { kind, reason }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn auto_prefers_a_real_gpu_and_shuns_a_software_one() {
        let hardware = Adapter::Hardware("acme".into());
        let software = Adapter::Software("swiftshader".into());
        assert_eq!(decide(DeviceRequest::Auto, &hardware).kind, DeviceKind::WebGpu);
        assert_eq!(decide(DeviceRequest::Auto, &software).kind, DeviceKind::Cpu);
        assert_eq!(decide(DeviceRequest::WebGpu, &software).kind, DeviceKind::WebGpu);
    }

    #[test]
    fn a_missing_adapter_falls_back_and_says_why() {
        let decision = decide(DeviceRequest::WebGpu, &Adapter::Absent("no adapter".into()));
        assert_eq!(decision.kind, DeviceKind::Cpu);
        assert!(decision.reason.contains("no adapter"));
    }
}
