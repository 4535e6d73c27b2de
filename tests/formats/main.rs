//! Files of preference data, in and out, without a browser.

mod reading;
