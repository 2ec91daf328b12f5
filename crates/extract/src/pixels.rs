//! What does a picture show, pixel by pixel?
//!
//! Nothing but what is seen is kept: no metadata, no thumbnail, no colour behind what is transparent. The pixels leave the child bare, so that
//! whoever writes a picture of them need not believe anything of the file.

use image::{DynamicImage, ImageDecoder, ImageReader, Limits, Rgb, RgbImage};
use std::io::Cursor;

/// Pixels of the largest side of a picture. A scan of a broadsheet at 600 dots per inch has some 20,000.
const SIDE: u32 = 30_000;
/// So many bytes a picture may take when it is unpacked: 250 million pixels at four bytes each.
const UNPACKED: u64 = 1_000_000_000;
/// The longest packed picture, in bytes: two numbers, and three bytes for each of 250 million pixels.
pub const MOST: usize = 8 + 750_000_000;

/// The pixels of a picture as it is seen: turned as it says, and what is transparent white, because colours lie behind it.
pub fn shown(bytes: &[u8]) -> Option<RgbImage> {
    let mut reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format().ok()?;
    let mut limits = Limits::default();
    limits.max_image_width = Some(SIDE);
    limits.max_image_height = Some(SIDE);
    limits.max_alloc = Some(UNPACKED);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().ok()?;
    let turned = decoder.orientation().ok()?;
    let mut picture = DynamicImage::from_decoder(decoder).ok()?;
    picture.apply_orientation(turned);
    if !picture.color().has_alpha() {
        return Some(picture.into_rgb8());
    }
    let pixels = picture.into_rgba8();
    let (width, height) = pixels.dimensions();
    let over_white = |colour: u8, alpha: u8| {
        let (colour, alpha) = (u32::from(colour), u32::from(alpha));
        ((colour * alpha + 255 * (255 - alpha)) / 255) as u8
    };
    Some(RgbImage::from_fn(width, height, |x, y| {
        let [r, g, b, a] = pixels.get_pixel(x, y).0;
        Rgb([r, g, b].map(|colour| over_white(colour, a)))
    }))
}

/// A picture as it leaves the child.
pub fn packed(shown: &RgbImage) -> Vec<u8> {
    let mut out = Vec::with_capacity(shown.as_raw().len().saturating_add(8));
    out.extend(shown.width().to_be_bytes());
    out.extend(shown.height().to_be_bytes());
    out.extend(shown.as_raw());
    out
}

/// A picture as it came from the child; none if its numbers and its pixels do not agree.
pub fn unpacked(mut bytes: Vec<u8>) -> Option<RgbImage> {
    let (head, pixels) = bytes.split_first_chunk::<8>()?;
    let [a, b, c, d, e, f, g, h] = *head;
    let (width, height) = (u32::from_be_bytes([a, b, c, d]), u32::from_be_bytes([e, f, g, h]));
    let asked = u64::from(width).checked_mul(u64::from(height))?.checked_mul(3)?;
    if width == 0 || height == 0 || asked != pixels.len() as u64 {
        return None;
    }
    bytes.drain(..8);
    RgbImage::from_raw(width, height, bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_picture_is_packed_and_unpacked() {
        let picture = RgbImage::from_fn(3, 2, |x, y| Rgb([x as u8, y as u8, 7]));
        let bytes = packed(&picture);
        assert_eq!(unpacked(bytes.clone()), Some(picture));
        assert_eq!(unpacked(bytes.get(..bytes.len() - 1).map(<[u8]>::to_vec).unwrap_or_default()), None);
    }

    proptest! {
        #[test]
        fn any_answer_is_a_picture_or_none(bytes in proptest::collection::vec(0_u8..4, 0..40)) {
            let length = bytes.len();
            if let Some(picture) = unpacked(bytes) {
                prop_assert_eq!(picture.as_raw().len() + 8, length);
            }
        }

        #[test]
        fn any_bytes_are_shown_or_not(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let bytes = [&b"\x89PNG\r\n\x1a\n"[..], &bytes].concat();
            shown(&bytes);
        }
    }
}
