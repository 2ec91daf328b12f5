//! What does a picture say of when, where and with what it was taken?
//!
//! EXIF (CIPA DC-008) in JPEG, TIFF, HEIC, PNG and WebP by crate `kamadak-exif`; width and height from the header by crate
//! `imagesize`. No pixel is decoded, so a picture of any number of pixels costs the same.

use super::{Record, hyphened};
use exif::{Exif, Field, In, Tag, Value};
use std::io::Cursor;

pub(super) fn picture(bytes: &[u8], record: &mut Record, notes: &mut Vec<String>) {
    match imagesize::blob_size(bytes) {
        Ok(size) => {
            record.put("picture.width", &size.width.to_string());
            record.put("picture.height", &size.height.to_string());
        }
        Err(_) => notes.push("the header of the picture does not tell its width and height".into()),
    }
    let mut reader = exif::Reader::new();
    reader.continue_on_error(true);
    let read = reader.read_from_container(&mut Cursor::new(bytes));
    let exif = match read {
        Ok(exif) => exif,
        Err(exif::Error::PartialResult(partial)) => {
            notes.push("some of the EXIF data are damaged and were left out".into());
            partial.into_inner().0
        }
        Err(exif::Error::NotFound(_)) => return,
        Err(_) => {
            notes.push("the picture has no EXIF data that can be read".into());
            return;
        }
    };
    place(&exif, record);
    exif.fields().for_each(|field| enter(field, &exif, record));
}

/// One field under the name that the standard gives it. Thumbnails and makers' notes (bytes without a public meaning) stay
/// in the file.
fn enter(field: &Field, exif: &Exif, record: &mut Record) {
    if matches!(field.tag, Tag::MakerNote | Tag::JPEGInterchangeFormat | Tag::JPEGInterchangeFormatLength) {
        return;
    }
    let name = match field.tag.description() {
        Some(_) => hyphened(&field.tag.to_string()),
        None => return,
    };
    let key = if field.ifd_num == In::PRIMARY { format!("exif.{name}") } else { format!("exif.thumbnail.{name}") };
    match &field.value {
        // Text is shown as it stands, not quoted and escaped.
        Value::Ascii(lines) => {
            let joined: Vec<_> = lines.iter().map(|line| String::from_utf8_lossy(line)).collect();
            record.put(&key, &joined.join(" "));
        }
        // A long table of numbers (an ICC profile, strip offsets) says nothing to a reader.
        Value::Undefined(bytes, _) | Value::Byte(bytes) if bytes.len() > 64 => {}
        Value::Short(numbers) if numbers.len() > 64 => {}
        Value::Long(numbers) if numbers.len() > 64 => {}
        Value::Rational(numbers) if numbers.len() > 64 => {}
        Value::SRational(numbers) if numbers.len() > 64 => {}
        Value::Double(numbers) if numbers.len() > 64 => {}
        Value::Float(numbers) if numbers.len() > 64 => {}
        _ => record.put(&key, &field.display_value().with_unit(exif).to_string()),
    }
}

/// Latitude and longitude in decimal degrees (WGS 84 by the standard's default), north and east positive.
fn place(exif: &Exif, record: &mut Record) {
    let degrees = |tag: Tag, sign: Tag, negative: u8| -> Option<f64> {
        let Value::Rational(parts) = &exif.get_field(tag, In::PRIMARY)?.value else { return None };
        let [d, m, s] = parts.get(..3)? else { return None };
        let value = d.to_f64() + m.to_f64() / 60.0 + s.to_f64() / 3600.0;
        let Value::Ascii(side) = &exif.get_field(sign, In::PRIMARY)?.value else { return None };
        let side = side.first()?.first()?.to_ascii_uppercase();
        (value.is_finite() && value <= 180.0).then_some(if side == negative { -value } else { value })
    };
    if let Some(latitude) = degrees(Tag::GPSLatitude, Tag::GPSLatitudeRef, b'S') {
        record.put("place.latitude", &format!("{latitude:.6}"));
    }
    if let Some(longitude) = degrees(Tag::GPSLongitude, Tag::GPSLongitudeRef, b'W') {
        record.put("place.longitude", &format!("{longitude:.6}"));
    }
}
