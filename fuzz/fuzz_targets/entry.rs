//! Can any bytes disturb the reader of entries?
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    if let Ok(entry) = factum_log::Entry::from_bytes(bytes) {
        assert_eq!(entry.to_bytes(), bytes);
    }
});
