//! Can any text disturb the reader of paths, or any bytes that of tiles?
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    if let Ok(path) = std::str::from_utf8(bytes)
        && let Ok(place) = path.parse::<factum_log::tile::Place>()
    {
        assert_eq!(place.to_string(), path);
        let _ = place.read_hashes(bytes);
    }
});
