//! Which addresses does this web capture hold, and when were they captured?
//!
//! WARC (ISO 28500:2017; IIPC WARC 1.1), plain or compressed record by record with gzip, and WACZ (Webrecorder's Web Archive
//! Collection Zipped 1.1.1: `datapackage.json`, `pages/pages.jsonl`, CDXJ indexes). Only headers are read; bodies are
//! skipped.

use super::office::short;
use super::{LONGEST_VALUE, Record};
use crate::packed::Archive;
use flate2::bufread::{GzDecoder, MultiGzDecoder};
use std::io::{BufRead, BufReader, Read};

/// So many addresses are listed one by one; the rest is counted.
const LISTED: usize = 100;
/// So much of a capture is unpacked to find its headers.
const MOST: u64 = 1 << 30;
/// A header line is at most so long; the standard names no bound, addresses of more than 8 KB are hardly ever served.
const LINE: u64 = 16 << 10;
/// A record has at most so many header lines.
const LINES: usize = 100;

/// Whether the bytes are a gzip member that begins with a WARC record.
pub fn is_packed_warc(bytes: &[u8]) -> bool {
    let mut head = [0; 7];
    bytes.starts_with(&[0x1f, 0x8b]) && GzDecoder::new(bytes).read_exact(&mut head).is_ok() && &head == b"WARC/1."
}

/// What was captured, as it is being read.
#[derive(Default)]
struct Captures {
    records: u64,
    listed: Vec<(String, String)>,
    addresses: u64,
    first: Option<String>,
    last: Option<String>,
}

impl Captures {
    fn add(&mut self, address: &str, time: &str) {
        self.addresses = self.addresses.saturating_add(1);
        if self.listed.len() < LISTED {
            self.listed.push((address.to_string(), time.to_string()));
        }
        // Times of one form (RFC 3339 in UTC, as both formats prescribe) sort as text.
        if !time.is_empty() {
            if self.first.as_deref().is_none_or(|first| time < first) {
                self.first = Some(time.to_string());
            }
            if self.last.as_deref().is_none_or(|last| time > last) {
                self.last = Some(time.to_string());
            }
        }
    }

    fn enter(&self, record: &mut Record) {
        record.put("capture.addresses", &self.addresses.to_string());
        record.put("capture.first", self.first.as_deref().unwrap_or_default());
        record.put("capture.last", self.last.as_deref().unwrap_or_default());
        for (number, (address, time)) in self.listed.iter().enumerate() {
            record.put(&format!("capture.{:03}.address", number + 1), address);
            record.put(&format!("capture.{:03}.time", number + 1), time);
        }
    }
}

pub(super) fn warc(bytes: &[u8], record: &mut Record, notes: &mut Vec<String>) {
    let mut captures = Captures::default();
    let complete = if bytes.starts_with(&[0x1f, 0x8b]) {
        records(&mut BufReader::new(MultiGzDecoder::new(bytes).take(MOST)), &mut captures, record)
    } else {
        records(&mut &bytes[..], &mut captures, record)
    };
    record.put("capture.records", &captures.records.to_string());
    captures.enter(record);
    if complete.is_none() {
        notes.push("the capture is damaged, cut off or larger than Factum unpacks; it was read up to there".into());
    }
}

/// Reads all records; `None` at the first fault.
fn records(source: &mut impl BufRead, captures: &mut Captures, record: &mut Record) -> Option<()> {
    loop {
        let mut line = line(source)?;
        // Two line breaks end a record; after the last one nothing comes.
        while line == "\r\n" || line == "\n" {
            line = self::line(source)?;
        }
        if line.is_empty() {
            return Some(());
        }
        if !line.starts_with("WARC/") {
            return None;
        }
        captures.records = captures.records.saturating_add(1);
        one(source, captures, record)?;
    }
}

/// Reads the header of one record and skips its body.
fn one(source: &mut impl BufRead, captures: &mut Captures, record: &mut Record) -> Option<()> {
    let (mut kind, mut address, mut time, mut length) = (String::new(), String::new(), String::new(), None);
    let mut headers = 0;
    loop {
        let line = line(source)?;
        if line == "\r\n" || line == "\n" {
            break;
        }
        headers += 1;
        let (name, value) = line.split_once(':').filter(|_| headers <= LINES)?;
        // WARC 1.0 put addresses into angle brackets.
        let value = value.trim().trim_start_matches('<').trim_end_matches('>').to_string();
        match name.to_ascii_lowercase().as_str() {
            "warc-type" => kind = value,
            "warc-target-uri" => address = value,
            "warc-date" => time = value,
            "content-length" => length = value.parse::<u64>().ok(),
            _ => {}
        }
    }
    let mut body = source.by_ref().take(length?);
    match kind.as_str() {
        "response" | "resource" | "revisit" => captures.add(&address, &time),
        "warcinfo" => {
            let mut fields = String::new();
            body.by_ref().take(LINE).read_to_string(&mut fields).ok()?;
            for (name, value) in fields.lines().filter_map(|line| line.split_once(':')) {
                if matches!(name, "software" | "operator" | "hostname" | "isPartOf" | "description") {
                    record.put(&format!("capture.{}", super::hyphened(name)), value);
                }
            }
        }
        _ => {}
    }
    let left = body.limit();
    (std::io::copy(&mut body, &mut std::io::sink()).ok()? == left).then_some(())
}

/// The next line with its end, at most [`LINE`] long; empty at the end of the source.
fn line(source: &mut impl BufRead) -> Option<String> {
    let mut bytes = Vec::new();
    source.by_ref().take(LINE).read_until(b'\n', &mut bytes).ok()?;
    let whole = bytes.is_empty() || bytes.ends_with(b"\n");
    whole.then(|| String::from_utf8_lossy(&bytes).into_owned())
}

pub(super) fn wacz(bytes: &[u8], record: &mut Record, notes: &mut Vec<String>) {
    let Some(mut archive) = Archive::open(bytes) else { return };
    if let Some(package) = archive.text("datapackage.json").and_then(|s| serde_json::from_str(&s).ok()) {
        let package: serde_json::Value = package;
        for name in
            ["title", "description", "created", "modified", "software", "wacz_version", "mainPageUrl", "mainPageDate"]
        {
            if let Some(value) = package.get(name).and_then(|v| v.as_str()) {
                record.put(&format!("capture.{}", super::hyphened(name)), value);
            }
        }
    } else {
        notes.push("the capture's datapackage.json cannot be read".into());
    }
    let mut captures = Captures::default();
    if let Some(pages) = archive.text("pages/pages.jsonl") {
        let lines = pages.lines().filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok());
        for page in lines {
            let of = |name: &str| page.get(name).and_then(|v| v.as_str()).unwrap_or_default().to_string();
            if page.get("url").is_some() {
                captures.add(&of("url"), &of("ts"));
            }
        }
    }
    if captures.addresses == 0 {
        index(&mut archive, &mut captures, notes);
    }
    captures.enter(record);
    short(&archive, notes);
}

/// Addresses and times from the CDXJ index: lines `<sort key> <14 digits of time> <JSON with "url">`.
fn index(archive: &mut Archive<'_>, captures: &mut Captures, notes: &mut Vec<String>) {
    let mut names: Vec<String> = archive.names().filter(|n| n.starts_with("indexes/")).collect();
    names.sort();
    for name in names {
        let Some(bytes) = archive.bytes(&name) else { continue };
        let lines: Box<dyn BufRead> = match name.ends_with(".gz") {
            true => Box::new(BufReader::new(MultiGzDecoder::new(&bytes[..]).take(MOST))),
            false => Box::new(&bytes[..]),
        };
        let mut lines = lines;
        loop {
            match line(&mut lines) {
                Some(line) if line.is_empty() => break,
                Some(line) => enter_index_line(&line, captures),
                None => {
                    notes.push("the capture's index is damaged; it was read up to there".into());
                    break;
                }
            }
        }
    }
}

fn enter_index_line(line: &str, captures: &mut Captures) {
    let mut parts = line.splitn(3, ' ');
    let (Some(_), Some(time), Some(rest)) = (parts.next(), parts.next(), parts.next()) else { return };
    let Ok(fields) = serde_json::from_str::<serde_json::Value>(rest) else { return };
    if let Some(address) = fields.get("url").and_then(|v| v.as_str()) {
        let short: String = address.chars().take(LONGEST_VALUE).collect();
        captures.add(&short, &rfc3339(time).unwrap_or_default());
    }
}

/// `20260102030405` as `2026-01-02T03:04:05Z`.
fn rfc3339(digits: &str) -> Option<String> {
    if !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let part = |from: usize| digits.get(from..from + 2);
    let clock = format!("{}:{}:{}", part(8)?, part(10)?, part(12)?);
    Some(format!("{}-{}-{}T{clock}Z", digits.get(..4)?, part(4)?, part(6)?))
}
