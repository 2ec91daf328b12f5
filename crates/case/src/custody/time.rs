//! How far apart are two times as they stand in headers?

use factum_model::edtf::Day;

/// Seconds since 1970 of a time as headers write it: RFC 3339, in UTC, to the second.
pub fn seconds(time: &str) -> Option<i64> {
    let bytes = time.as_bytes();
    let shape = bytes.len() == 20
        && [(4, b'-'), (7, b'-'), (10, b'T'), (13, b':'), (16, b':'), (19, b'Z')].iter().all(|(i, c)| bytes[*i] == *c);
    if !shape {
        return None;
    }
    let number = |from: usize, to: usize| {
        time.get(from..to)?.bytes().all(|b| b.is_ascii_digit()).then(|| time[from..to].parse::<i64>().ok())?
    };
    let (year, month, day) = (number(0, 4)?, number(5, 7)?, number(8, 10)?);
    let (hour, minute, second) = (number(11, 13)?, number(14, 16)?, number(17, 19)?);
    let valid = (1..=12).contains(&month) && (1..=31).contains(&day) && hour < 24 && minute < 60 && second < 61;
    let days = i64::from(Day::from_ymd(i32::try_from(year).ok()?, month as u32, day as u32)?.0);
    valid.then_some(days * 86_400 + hour * 3600 + minute * 60 + second)
}

/// A time, in seconds since 1970, as headers write it.
pub fn text(seconds: u64) -> String {
    let (year, month, day) = Day((seconds / 86_400) as i32).ymd();
    let clock = seconds % 86_400;
    format!("{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}Z", clock / 3600, clock / 60 % 60, clock % 60)
}

/// By how many seconds `earlier` is before `later`; absent if it is not, or if either is no time.
pub fn seconds_between(earlier: &str, later: &str) -> Option<u64> {
    u64::try_from(seconds(later)? - seconds(earlier)?).ok()
}

/// A time of the file system as headers write it: RFC 3339, in UTC, to the second. Absent before 1970.
pub fn written(time: std::time::SystemTime) -> Option<String> {
    let since = time.duration_since(std::time::UNIX_EPOCH).ok()?.as_secs();
    let (year, month, day) = Day(i32::try_from(since / 86_400).ok().filter(|d| *d < 2_900_000)?).ymd();
    let clock = since % 86_400;
    Some(format!("{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}Z", clock / 3600, clock / 60 % 60, clock % 60))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_seconds() {
        let check = |time, expected| assert_eq!(seconds(time), expected, "{time}");
        check("1970-01-01T00:00:00Z", Some(0));
        check("2026-11-27T01:02:03Z", Some(1_795_741_323));
        assert_eq!(text(1_795_741_323), "2026-11-27T01:02:03Z");
        check("2026-11-27T01:02:03+01:00", None);
        check("2026-13-27T01:02:03Z", None);
        check("2026-11-27 01:02:03Z", None);
        check("é026-11-27T01:02:03", None);
        check("", None);
        assert_eq!(seconds_between("1970-01-01T00:00:00Z", "1970-01-01T00:01:00Z"), Some(60));
        assert_eq!(seconds_between("1970-01-01T00:01:00Z", "1970-01-01T00:00:00Z"), None);
    }
}
