//! Files that lie beside the page. Nothing the person entered is in any of these requests.

use crate::domain::backbone::BackboneCard;
use crate::protocol::Fault;
use crate::protocol::error::FaultKind;

/// The backbones that the page offers.
pub(super) async fn catalogue() -> Result<Vec<BackboneCard>, Fault> {
    let text = text("backbones.json", "list of backbones").await?;
    serde_json::from_str(&text).map_err(|error| {
        Fault::new(
            FaultKind::Backbone,
            format!("The list of backbones, backbones.json, cannot be read: {error}."),
            "Build the page again, or put the file back that came with it.",
        )
    })
}

/// The text at this address, relative to the page.
pub(super) async fn text(address: &str, name: &str) -> Result<String, Fault> {
    let fault = |why: String| {
        Fault::new(
            FaultKind::File,
            format!("The {name} could not be loaded: {why}."),
            "Check the connection and try again.",
        )
    };
    let response =
        gloo_net::http::Request::get(address).send().await.map_err(|error| fault(error.to_string()))?;
    if !response.ok() {
        return Err(fault(format!("the server answered {}", response.status())));
    }
    response.text().await.map_err(|error| fault(error.to_string()))
}
