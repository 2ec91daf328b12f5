//! Can any bytes disturb the reader of bundles?
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    for count in [0, 1, 2, 255, 256] {
        if let Ok(entries) = factum_log::bundle::entries(bytes, count) {
            assert_eq!(entries.iter().map(|entry| entry.len() + 2).sum::<usize>(), bytes.len());
        }
    }
});
