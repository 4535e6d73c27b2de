//! Which device runs: what was asked for, what the machine has, what was decided and why.

use serde::{Deserialize, Serialize};

use super::backbone::BackboneCard;

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

/// What an adapter says of itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gpu {
    /// The name that the browser gives it.
    pub name: String,
    /// Bytes that a program on it can reach in one buffer (`maxStorageBufferBindingSize`).
    pub binding_bytes: u64,
}

impl Gpu {
    /// Why it cannot run this backbone, if it cannot: no matrix is split, so each has to be within reach.
    pub fn refusal(&self, card: &BackboneCard) -> Option<String> {
        let megabytes = |bytes: u64| bytes.div_ceil(1_000_000);
        (card.matrix_bytes > self.binding_bytes).then(|| {
            format!(
                "the largest matrix of this backbone takes {} MB, and {} reaches {} MB at once",
                megabytes(card.matrix_bytes),
                self.name,
                megabytes(self.binding_bytes)
            )
        })
    }
}

/// What the browser says of its GPU.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Adapter {
    /// A hardware adapter.
    Hardware(Gpu),
    /// A software adapter (`isFallbackAdapter`): correct, and slower than the CPU.
    Software(Gpu),
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

/// Choose the device for a backbone. A wish that cannot be met falls back to the CPU and says so.
pub fn decide(request: DeviceRequest, adapter: &Adapter, card: &BackboneCard) -> Decision {
    let too_small = match (request, adapter) {
        (DeviceRequest::Auto | DeviceRequest::WebGpu, Adapter::Hardware(gpu) | Adapter::Software(gpu)) => {
            gpu.refusal(card)
        }
        _ => None,
    };
    if let Some(reason) = too_small {
        return Decision { kind: DeviceKind::Cpu, reason };
    }
    let (kind, reason) = match (request, adapter) {
        (DeviceRequest::Cpu, _) => (DeviceKind::Cpu, "as you chose".to_owned()),
        (DeviceRequest::NdArray, _) => (DeviceKind::NdArray, "as you chose".to_owned()),
        (DeviceRequest::WebGpu, Adapter::Hardware(Gpu { name, .. })) => {
            (DeviceKind::WebGpu, format!("as you chose, on {name}"))
        }
        (DeviceRequest::WebGpu, Adapter::Software(Gpu { name, .. })) => (
            DeviceKind::WebGpu,
            format!("as you chose, on {name}, a software adapter that is slower than the CPU"),
        ),
        (DeviceRequest::Auto, Adapter::Hardware(Gpu { name, .. })) => {
            (DeviceKind::WebGpu, format!("a GPU was found: {name}"))
        }
        (DeviceRequest::Auto, Adapter::Software(Gpu { name, .. })) => {
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
    use std::collections::BTreeMap;

    use super::*;

    fn card(matrix_bytes: u64) -> BackboneCard {
        BackboneCard {
            id: "acme/model".into(),
            name: "model".into(),
            family: "llama".into(),
            folder: String::new(),
            licence: String::new(),
            hidden: 8,
            layers: 2,
            matrix_bytes,
            files: BTreeMap::new(),
        }
    }

    fn gpu(name: &str) -> Gpu {
        Gpu { name: name.into(), binding_bytes: 128 << 20 }
    }

    #[test]
    fn auto_prefers_a_real_gpu_and_shuns_a_software_one() {
        let (hardware, software) = (Adapter::Hardware(gpu("acme")), Adapter::Software(gpu("swiftshader")));
        let kind = |request, adapter| decide(request, adapter, &card(0)).kind;
        assert_eq!(kind(DeviceRequest::Auto, &hardware), DeviceKind::WebGpu);
        assert_eq!(kind(DeviceRequest::Auto, &software), DeviceKind::Cpu);
        assert_eq!(kind(DeviceRequest::WebGpu, &software), DeviceKind::WebGpu);
    }

    #[test]
    fn a_gpu_that_cannot_reach_a_whole_matrix_gives_way_and_it_is_said_by_how_much() {
        let acme = Adapter::Hardware(gpu("acme"));
        assert_eq!(decide(DeviceRequest::Auto, &acme, &card(128 << 20)).kind, DeviceKind::WebGpu);
        // Up and gate of a Llama of seven billion parameters.
        let large = card(4096 * 22_016 * 4);
        for request in [DeviceRequest::Auto, DeviceRequest::WebGpu] {
            let decision = decide(request, &acme, &large);
            assert_eq!(decision.kind, DeviceKind::Cpu);
            assert!(decision.reason.contains("361 MB, and acme reaches 135 MB"), "{}", decision.reason);
        }
        assert_eq!(decide(DeviceRequest::Cpu, &acme, &large).reason, "as you chose");
    }

    #[test]
    fn a_missing_adapter_falls_back_and_says_why() {
        let decision = decide(DeviceRequest::WebGpu, &Adapter::Absent("no adapter".into()), &card(0));
        assert_eq!(decision.kind, DeviceKind::Cpu);
        assert!(decision.reason.contains("no adapter"));
    }
}
