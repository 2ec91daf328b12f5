//! Can any bytes disturb the reader of notes?
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    if let Ok(read) = factum_log::note::Note::parse(bytes) {
        assert_eq!(factum_log::note::Note::parse(read.to_string().as_bytes()), Ok(read));
    }
});
