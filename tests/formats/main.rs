//! Files of preference data, in and out, without a browser.

mod bad_input;
mod desk;
mod exports;
mod filing;
mod fuzzed;
mod reading;
mod round_trip;
mod samples;
mod shared_data;
