//! Can any bytes disturb the reader of policies?
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let _ = factum_log::policy::Policy::parse(bytes);
});
