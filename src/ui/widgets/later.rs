//! What is large comes a task later, so that making it and what led to it are not one long task.

use gloo_timers::future::TimeoutFuture;
use leptos::children::ChildrenFn;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// Its content is made in the task after the one that asks for it.
#[component]
pub fn Later(
    /// What comes.
    children: ChildrenFn,
) -> impl IntoView {
    let due = RwSignal::new(false);
    spawn_local(async move {
        TimeoutFuture::new(0).await;
        // The signal is gone if nobody wants the content any more.
        due.try_set(true);
    });
    view! { <Show when=move || due.get()>{children()}</Show> }
}
