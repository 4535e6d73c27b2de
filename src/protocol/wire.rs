//! Messages as bytes: postcard, guarded by the build-id handshake.

use serde::{Deserialize, Serialize, de::DeserializeOwned};

use super::Command;
use super::crew::CrewCommand;
use super::data::DataCommand;
use super::error::{Fault, FaultKind};

/// Anything a worker may be sent: it serves the page as the engine or with its files, or an engine as a helper.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum ToWorker {
    /// From the page to the engine.
    Engine(Command),
    /// From the engine to a helper.
    Crew(CrewCommand),
    /// From the page to the data worker.
    Data(DataCommand),
}

/// The bytes of a message.
///
/// # Errors
/// `FaultKind::Internal` if the message cannot be written, which none of ours can fail to be.
pub fn encode<T: Serialize>(message: &T) -> Result<Vec<u8>, Fault> {
    postcard::to_stdvec(message).map_err(|error| {
        Fault::new(
            FaultKind::Internal,
            format!("A message could not be written: {error}."),
            "Please report this.",
        )
    })
}

/// The message of these bytes.
///
/// # Errors
/// `FaultKind::Build` if they are not one of this build's messages.
pub fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Fault> {
    postcard::from_bytes(bytes).map_err(|error| {
        Fault::new(
            FaultKind::Build,
            format!("Page and worker do not understand each other ({error}): they are of different builds."),
            "Reload the page.",
        )
    })
}

/// The fault of a greeting by another build; `None` if it is ours.
pub fn check_build(theirs: &str) -> Option<Fault> {
    (theirs != super::BUILD_ID).then(|| {
        Fault::new(
            FaultKind::Build,
            format!("Page and worker are of different builds ({theirs} and {}).", super::BUILD_ID),
            "Reload the page; your answers are kept.",
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::{Event, RequestId, Slot};

    #[test]
    fn what_is_encoded_comes_back() {
        let command = ToWorker::Engine(Command::Score {
            request: RequestId(3),
            slot: Slot::Living,
            prompt: "p".into(),
            responses: vec!["é 🙂".into(), String::new()],
        });
        assert_eq!(decode::<ToWorker>(&encode(&command).unwrap()).unwrap(), command);
    }

    #[test]
    fn cut_or_foreign_bytes_are_refused_not_misread() {
        let bytes = encode(&Event::Hello { build: "x".into() }).unwrap();
        assert_eq!(decode::<Event>(&bytes[..1]).unwrap_err().kind, FaultKind::Build);
        assert_eq!(decode::<Event>(&[250, 1, 2]).unwrap_err().kind, FaultKind::Build);
    }

    #[test]
    fn another_build_is_noticed() {
        assert!(check_build(crate::protocol::BUILD_ID).is_none());
        assert_eq!(check_build("other").unwrap().kind, FaultKind::Build);
    }
}
