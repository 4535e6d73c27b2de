//! The engine: commands in, events out. It runs in a Web Worker and, for tests, natively.
//!
//! Only this module decides what runs on which device; it knows neither the browser nor the page. What it
//! needs of the world it asks of [`ports::Host`].

pub mod ports;
