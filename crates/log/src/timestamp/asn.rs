//! What lies next in these DER bytes?
//!
//! A cursor over the items of a DER value (X.690) that keeps each item's own bytes: signatures and digests are taken over what
//! was received, never over what a decoder would write again. Lengths and tags are read by the crate `der`.

use der::{Header, Reader as _, SliceReader};

use super::StampError;

/// Universal and context tags as they stand in the bytes (X.690, 8.1.2).
pub(super) const BOOLEAN: u8 = 0x01;
pub(super) const INTEGER: u8 = 0x02;
pub(super) const BITS: u8 = 0x03;
pub(super) const OCTETS: u8 = 0x04;
pub(super) const OID: u8 = 0x06;
pub(super) const UTF8: u8 = 0x0c;
pub(super) const TIME: u8 = 0x18;
pub(super) const SEQUENCE: u8 = 0x30;
pub(super) const SET: u8 = 0x31;

/// The tag of `[number]`, constructed.
pub(super) const fn context(number: u8) -> u8 {
    0xa0 | number
}

/// The tag of `[number]`, primitive.
pub(super) const fn context_primitive(number: u8) -> u8 {
    0x80 | number
}

/// One item: tag, contents, and all its bytes.
#[derive(Clone, Copy)]
pub(super) struct Item<'a> {
    pub tag: u8,
    pub value: &'a [u8],
    pub whole: &'a [u8],
}

impl<'a> Item<'a> {
    /// The items inside this one; `part` names it in errors.
    pub fn items(&self, part: &'static str) -> Result<Items<'a>, StampError> {
        Items::new(self.value, part)
    }

    /// The same item read as a Rust value by `der`.
    pub fn decode<T: der::Decode<'a>>(&self, part: &'static str) -> Result<T, StampError> {
        T::from_der(self.whole).map_err(|_| StampError::Malformed { part })
    }
}

/// The items of a constructed value, one after another.
pub(super) struct Items<'a> {
    reader: SliceReader<'a>,
    bytes: &'a [u8],
    part: &'static str,
}

impl<'a> Items<'a> {
    pub fn new(bytes: &'a [u8], part: &'static str) -> Result<Items<'a>, StampError> {
        let reader = SliceReader::new(bytes).map_err(|_| StampError::Malformed { part })?;
        Ok(Items { reader, bytes, part })
    }

    pub fn fault(&self) -> StampError {
        StampError::Malformed { part: self.part }
    }

    pub fn at_end(&self) -> bool {
        self.reader.is_finished()
    }

    /// The next item, whatever it is.
    pub fn any(&mut self) -> Result<Item<'a>, StampError> {
        self.step().ok_or_else(|| self.fault())
    }

    fn step(&mut self) -> Option<Item<'a>> {
        let start = usize::try_from(self.reader.position()).ok()?;
        let header: Header = self.reader.decode().ok()?;
        let value = self.reader.read_slice(header.length).ok()?;
        let end = usize::try_from(self.reader.position()).ok()?;
        Some(Item { tag: header.tag.octet(), value, whole: self.bytes.get(start..end)? })
    }

    /// The next item, which must carry this tag.
    pub fn expect(&mut self, tag: u8) -> Result<Item<'a>, StampError> {
        let item = self.any()?;
        if item.tag == tag { Ok(item) } else { Err(self.fault()) }
    }

    /// The next item if it carries this tag.
    pub fn optional(&mut self, tag: u8) -> Result<Option<Item<'a>>, StampError> {
        if !self.at_end() && self.reader.peek_byte() == Some(tag) { self.any().map(Some) } else { Ok(None) }
    }

    /// Nothing may follow.
    pub fn end(&self) -> Result<(), StampError> {
        if self.at_end() { Ok(()) } else { Err(self.fault()) }
    }
}

/// The single item that fills `bytes`.
pub(super) fn single<'a>(bytes: &'a [u8], tag: u8, part: &'static str) -> Result<Item<'a>, StampError> {
    let mut items = Items::new(bytes, part)?;
    let item = items.expect(tag)?;
    items.end()?;
    Ok(item)
}
