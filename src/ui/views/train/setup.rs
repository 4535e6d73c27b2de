//! What is trained, and where: device, backbone, depth.

use leptos::prelude::*;

use super::adding::AddBackbone;
use super::depth::DepthFields;
use super::kept::KeptBackbones;
use crate::domain::device::DeviceRequest;
use crate::ui::actions::Actions;
use crate::ui::figures::bytes;
use crate::ui::views::backbone::BackboneStatus;
use crate::ui::widgets::{FaultNote, Select};

/// The choices above the button.
#[component]
pub fn Setup() -> impl IntoView {
    let actions = Actions::of_page();
    let state = actions.state;
    let busy = Signal::derive(move || state.training.phase.with(|phase| phase.active()));
    let devices =
        DeviceRequest::ALL.map(|request| (request.word().to_owned(), name(request).to_owned())).to_vec();
    let on_device = Callback::new(move |word: String| {
        if let Some(request) = DeviceRequest::from_word(&word) {
            actions.set_device(request);
        }
    });
    let backbones = Signal::derive(move || {
        state.engine.cards.with(|cards| {
            cards
                .iter()
                .map(|card| {
                    (
                        card.id.clone(),
                        format!("{} · {} layers · {}", card.name, card.layers, bytes(card.bytes())),
                    )
                })
                .collect()
        })
    });
    view! {
        <section class="stack" aria-label="Device and backbone">
            <div>
                <Select
                    id="device-select"
                    label="Device"
                    options=devices
                    value=Signal::derive(move || state.settings.device.get().word().to_owned())
                    on_change=on_device
                    disabled=busy
                />
                <DeviceActive />
            </div>
            <div>
                <Select
                    id="backbone-select"
                    label="Backbone"
                    options=backbones
                    value=state.settings.backbone
                    on_change=Callback::new(move |id| actions.set_backbone(id))
                    disabled=busy
                />
                <div data-testid="backbone-status">
                    <BackboneStatus />
                </div>
                <AddBackbone disabled=busy />
                <KeptBackbones disabled=busy />
            </div>
            <DepthFields busy=busy />
        </section>
    }
}

fn name(request: DeviceRequest) -> &'static str {
    match request {
        DeviceRequest::Auto => "Automatic: the best there is",
        DeviceRequest::WebGpu => "WebGPU",
        DeviceRequest::Cpu => "CPU (flex)",
        DeviceRequest::NdArray => "CPU (ndarray)",
    }
}

/// The device that runs, and why.
#[component]
fn DeviceActive() -> impl IntoView {
    let actions = Actions::of_page();
    let engine = actions.state.engine;
    let said = move || match engine.device.get() {
        Some(decision) => {
            format!("Runs on {}: {}.", decision.kind.name(), decision.reason.trim_end_matches('.'))
        }
        None if engine.stopped.with(Option::is_some) => "Nothing runs.".to_owned(),
        None => "Starting…".to_owned(),
    };
    view! {
        <p class="quiet" data-testid="device-active" aria-live="polite">
            {said}
        </p>
        {move || {
            engine
                .stopped
                .get()
                .map(|fault| {
                    view! {
                        <FaultNote fault=fault />
                        <button type="button" class="button" on:click=move |_| actions.start_engine_by_hand()>
                            "Start the engine again"
                        </button>
                    }
                })
        }}
    }
}
