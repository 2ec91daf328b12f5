//! Can any bytes disturb the reader of transactions?
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let _ = factum_case::custody::part::Part::read(bytes);
});
