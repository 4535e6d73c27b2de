//! A score depends on its own text alone: not on batch size, row order or padding. Devices agree.

use reward_studio::domain::device::DeviceKind;
use reward_studio::domain::recipe::Pooling;
use reward_studio::protocol::crew::TokenRow;

use crate::browserless::backbone;
use crate::golden::{apart, backbone_pooled};

const TEXTS: [(&str, &str); 6] = [
    ("Hi", "Hello!"),
    ("", "no prompt at all"),
    ("What is two plus two?", ""),
    (
        "Where is my parcel?",
        "It left our warehouse this morning and should reach you on Thursday. Shall I text you?",
    ),
    ("[PAD] [SEP] [CLS]", "a response with [PAD] [PAD] in it"),
    (
        "tell me everything",
        "word word word word word word word word word word word word word word word word word word",
    ),
];

fn rows(backbone: &reward_studio::engine::backbone::Backbone<crate::browserless::Bytes>) -> Vec<TokenRow> {
    TEXTS
        .iter()
        .map(|(prompt, response)| backbone.encoder.encode(prompt, response, 64).unwrap().row)
        .collect()
}

#[test]
fn batches_orders_and_padding_change_nothing() {
    for kind in [DeviceKind::Cpu, DeviceKind::NdArray] {
        let mut backbone = backbone(true, kind);
        let rows = rows(&backbone);
        for pooling in Pooling::ALL {
            let alone: Vec<Vec<f32>> = rows
                .iter()
                .map(|row| backbone_pooled(&mut backbone, std::slice::from_ref(row), 2, pooling).remove(0))
                .collect();
            for size in [2, 5, 6] {
                let together: Vec<Vec<f32>> = rows
                    .chunks(size)
                    .flat_map(|chunk| backbone_pooled(&mut backbone, chunk, 2, pooling))
                    .collect();
                for (a, b) in alone.iter().zip(&together) {
                    assert!(
                        apart(a, b) < 1e-5,
                        "{pooling:?} in batches of {size} on {kind:?}: {}",
                        apart(a, b)
                    );
                }
            }
            let backwards: Vec<TokenRow> = rows.iter().rev().cloned().collect();
            let mut turned = backbone_pooled(&mut backbone, &backwards, 2, pooling);
            turned.reverse();
            for (a, b) in alone.iter().zip(&turned) {
                assert!(apart(a, b) < 1e-5, "{pooling:?} backwards on {kind:?}: {}", apart(a, b));
            }
        }
    }
}

#[test]
fn devices_agree() {
    let mut flex = backbone(true, DeviceKind::Cpu);
    let mut ndarray = backbone(true, DeviceKind::NdArray);
    let rows = rows(&flex);
    for pooling in Pooling::ALL {
        let (a, b) =
            (backbone_pooled(&mut flex, &rows, 2, pooling), backbone_pooled(&mut ndarray, &rows, 2, pooling));
        for (a, b) in a.iter().zip(&b) {
            assert!(apart(a, b) < 1e-4, "{pooling:?}: {}", apart(a, b));
        }
    }
}
