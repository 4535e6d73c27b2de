//! A run's epochs as a table.

use crate::domain::run::RunLog;

/// The table, one line an epoch; what was not measured is an empty cell.
pub fn csv(log: &RunLog) -> String {
    let head = "epoch,step,train_loss,train_accuracy,validation_loss,validation_accuracy\n";
    let cell = |value: Option<f32>| value.map_or_else(String::new, |value| value.to_string());
    log.epochs.iter().fold(head.to_owned(), |table, it| {
        let validation = format!("{},{}", cell(it.validation_loss), cell(it.validation_accuracy));
        table + &format!("{},{},{},{},{validation}\n", it.epoch, it.step, it.train_loss, it.train_accuracy)
    })
}
