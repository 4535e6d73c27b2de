//! Letting the event loop turn once. A time-out would wait at least 4 ms; a message to oneself comes at once, and
//! after what was already waiting.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

use futures::channel::oneshot;
use gloo_events::EventListener;
use wasm_bindgen::JsValue;
use web_sys::{MessageChannel, MessagePort};

/// A message channel of which this worker holds both ends.
pub(super) struct Breath {
    mouth: MessagePort,
    waiting: Rc<RefCell<VecDeque<oneshot::Sender<()>>>>,
    _ear: EventListener,
}

impl Breath {
    pub(super) fn new() -> Result<Self, JsValue> {
        let channel = MessageChannel::new()?;
        let waiting = Rc::new(RefCell::new(VecDeque::<oneshot::Sender<()>>::new()));
        let woken = waiting.clone();
        let ear = EventListener::new(&channel.port1(), "message", move |_| {
            let next = woken.borrow_mut().pop_front();
            if let Some(next) = next {
                // Whoever waited may have been dropped meanwhile.
                let _ = next.send(());
            }
        });
        channel.port1().start();
        Ok(Self { mouth: channel.port2(), waiting, _ear: ear })
    }

    /// Comes back after the messages that are waiting now.
    pub(super) async fn take(&self) {
        let (wake, woken) = oneshot::channel();
        self.waiting.borrow_mut().push_back(wake);
        if self.mouth.post_message(&JsValue::NULL).is_ok() {
            let _ = woken.await;
        }
    }
}
