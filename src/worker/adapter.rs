//! What the browser says of its GPU.
//!
//! WebGPU is reached by reflection: its typed bindings are still marked unstable.

use js_sys::{Function, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

use crate::domain::device::{Adapter, Gpu};
use crate::storage::trouble;

/// Names by which software rasterisers call themselves, in lower case.
const SOFTWARE: [&str; 4] = ["swiftshader", "llvmpipe", "lavapipe", "basic render"];

/// What every adapter can bind at least, by WebGPU's specification (section 3.6.2).
const LEAST_BINDING: u64 = 128 << 20;

/// Ask the browser for its WebGPU adapter; `Absent` says why there is none.
pub async fn adapter() -> Adapter {
    match request().await {
        Ok(Some(adapter)) => classify(&Info::of(&adapter)),
        Ok(None) => Adapter::Absent("the browser found no GPU that it can use".into()),
        Err(reason) => Adapter::Absent(reason),
    }
}

/// The `GPUAdapter`; `None` where the browser has WebGPU and nothing to run it on.
async fn request() -> Result<Option<JsValue>, String> {
    let navigator = get(&js_sys::global(), "navigator");
    let gpu = get(&navigator, "gpu");
    if !gpu.is_object() {
        return Err(if get(&js_sys::global(), "isSecureContext").is_truthy() {
            "this browser does not offer it".into()
        } else {
            "browsers offer it only over https and on localhost".into()
        });
    }
    let ask = async {
        let options = js_sys::Object::new();
        Reflect::set(&options, &"powerPreference".into(), &"high-performance".into())?;
        let request: Function = Reflect::get(&gpu, &"requestAdapter".into())?.dyn_into()?;
        JsFuture::from(request.call1(&gpu, &options)?.dyn_into::<Promise>()?).await
    };
    let adapter = ask.await.map_err(|error| format!("the browser refused ({})", trouble::words(&error)))?;
    Ok(adapter.is_object().then_some(adapter))
}

/// What an adapter tells of itself; browsers leave out what could single a person out.
#[derive(Default)]
struct Info {
    fallback: bool,
    vendor: String,
    architecture: String,
    description: String,
    binding_bytes: u64,
}

impl Info {
    fn of(adapter: &JsValue) -> Self {
        let info = get(adapter, "info");
        let text = |name| get(&info, name).as_string().unwrap_or_default();
        Self {
            // The flag has moved from the adapter to its info over the years.
            fallback: get(&info, "isFallbackAdapter").is_truthy()
                || get(adapter, "isFallbackAdapter").is_truthy(),
            vendor: text("vendor"),
            architecture: text("architecture"),
            description: text("description"),
            binding_bytes: get(&get(adapter, "limits"), "maxStorageBufferBindingSize")
                .as_f64()
                .map_or(LEAST_BINDING, |bytes| bytes as u64),
        }
    }

    fn name(&self) -> String {
        let parts = match self.description.as_str() {
            "" => vec![self.vendor.as_str(), self.architecture.as_str()],
            description => vec![description],
        };
        match parts.join(" ").trim() {
            "" => "a GPU without a name".into(),
            name => name.to_owned(),
        }
    }
}

fn classify(info: &Info) -> Adapter {
    let words = format!("{} {} {}", info.vendor, info.architecture, info.description).to_lowercase();
    let gpu = Gpu { name: info.name(), binding_bytes: info.binding_bytes };
    if info.fallback || SOFTWARE.iter().any(|name| words.contains(name)) {
        Adapter::Software(gpu)
    } else {
        Adapter::Hardware(gpu)
    }
}

/// A property; undefined where there is none.
fn get(object: &JsValue, name: &str) -> JsValue {
    Reflect::get(object, &name.into()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gpu(name: &str) -> Gpu {
        Gpu { name: name.into(), binding_bytes: 0 }
    }

    #[test]
    fn software_adapters_are_known_by_flag_or_name() {
        let swiftshader =
            Info { vendor: "google".into(), architecture: "swiftshader".into(), ..Info::default() };
        assert_eq!(classify(&swiftshader), Adapter::Software(gpu("google swiftshader")));
        let fallback = Info { fallback: true, vendor: "acme".into(), ..Info::default() };
        assert_eq!(classify(&fallback), Adapter::Software(gpu("acme")));
        let mesa = Info { description: "llvmpipe (LLVM 19)".into(), ..Info::default() };
        assert_eq!(classify(&mesa), Adapter::Software(gpu("llvmpipe (LLVM 19)")));
    }

    #[test]
    fn everything_else_is_hardware_with_or_without_a_name() {
        let named = Info { vendor: "nvidia".into(), architecture: "ampere".into(), ..Info::default() };
        assert_eq!(classify(&named), Adapter::Hardware(gpu("nvidia ampere")));
        assert_eq!(classify(&Info::default()), Adapter::Hardware(gpu("a GPU without a name")));
    }
}
