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

/// Many bytes in a message, for `#[serde(with)]`: written and read in one piece. Serde would take them one by one, into a
/// buffer that grows, and a model with its backbone is some eighty million.
pub mod blob {
    use std::fmt;

    use serde::de::{Deserializer, Error, Visitor};
    use serde::ser::Serializer;

    /// As bytes.
    ///
    /// # Errors
    /// Those of the serializer.
    pub fn serialize<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(bytes)
    }

    /// From bytes.
    ///
    /// # Errors
    /// Those of the deserializer.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
        deserializer.deserialize_byte_buf(Bytes)
    }

    struct Bytes;

    impl Visitor<'_> for Bytes {
        type Value = Vec<u8>;

        fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
            formatter.write_str("bytes")
        }

        fn visit_bytes<E: Error>(self, bytes: &[u8]) -> Result<Vec<u8>, E> {
            Ok(bytes.to_vec())
        }

        fn visit_byte_buf<E: Error>(self, bytes: Vec<u8>) -> Result<Vec<u8>, E> {
            Ok(bytes)
        }
    }
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
    fn a_file_of_many_bytes_comes_back_and_costs_no_more_than_itself() {
        let bytes: Vec<u8> = (0..100_000u32).map(|at| at as u8).collect();
        let event = Event::Exported { request: RequestId(1), slot: Slot::Trained, bytes: bytes.clone() };
        let encoded = encode(&event).unwrap();
        assert!(encoded.len() < bytes.len() + 16);
        assert_eq!(decode::<Event>(&encoded).unwrap(), event);
        assert!(decode::<Event>(&encoded[..50_000]).is_err());
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
