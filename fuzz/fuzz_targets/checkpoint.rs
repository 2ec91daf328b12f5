//! Can any bytes disturb the reader of checkpoints?
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    if let Ok(read) = factum_log::checkpoint::SignedCheckpoint::parse(bytes) {
        let again = factum_log::checkpoint::SignedCheckpoint::parse(read.to_string().as_bytes());
        assert_eq!(again, Ok(read));
    }
});
