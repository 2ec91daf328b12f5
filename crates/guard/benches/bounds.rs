//! How large a table is audited, protected or rounded in a minute?
//!
//! `cargo bench -p factum-guard --bench bounds -- [SECONDS [WAYS]] [WORD]`; 60 unless told otherwise, two-way and three-way tables or those
//! named, all measurements or those whose name holds a word. Tables of invented counts grow by a quarter in every direction until one takes
//! longer; each line is one table. Prints, never asserts a time.

use factum_guard::bounds::{Audit, audit, check};
use factum_guard::complementary::suppress;
use factum_guard::rounding::round;
use factum_guard::rules::Rules;
use factum_guard::space::{Dimension, Space};
use factum_guard::table::Table;
use std::time::{Duration, Instant};

/// Of the cells of a table this many in a hundred are withheld in the audits.
const WITHHELD: u64 = 20;

fn main() {
    let mut numbers = std::env::args().filter_map(|a| a.parse().ok());
    let seconds = numbers.next().unwrap_or(60);
    let only: Option<u64> = numbers.next();
    let limit = Duration::from_secs(seconds);
    println!("on {} cores, until one takes {seconds} s", std::thread::available_parallelism().map_or(1, usize::from));
    let rules = Rules::default();
    for ways in [2, 3].into_iter().filter(|w| only.is_none_or(|o| o == *w as u64)) {
        growing(&format!("exact bounds, {ways}-way"), ways, limit, |space, table| {
            let told = [withheld(table, ways)];
            Some(effort(&audit(space, &told, &rules).ok()?))
        });
        growing(&format!("check alone, {ways}-way"), ways, limit, |space, table| {
            let told = [withheld(table, ways)];
            Some(effort(&check(space, &told, &rules).ok()?))
        });
        growing(&format!("withholding, {ways}-way"), ways, limit, |space, table| {
            let found = suppress(space, table, &[], &rules).ok()?;
            Some(format!("{} counts withheld", found.withheld.len()))
        });
    }
    if only == Some(3) {
        return;
    }
    growing("rounding to 5, 2-way", 2, limit, |space, table| {
        let found = round(space, table, 5, &[], &rules).ok()?;
        Some(format!("{:.2} moved a count", found.moved as f64 / found.counts.len() as f64))
    });
}

fn effort(audit: &Audit) -> String {
    let exact = audit.bounds.iter().filter(|b| b.limits.exact()).count();
    let effort = audit.effort;
    format!(
        "{} withheld, {exact} exact, {} unsettled, {} flows, {} programmes",
        audit.bounds.len(),
        effort.unsettled,
        effort.flows,
        effort.programmes
    )
}

fn growing(what: &str, ways: usize, limit: Duration, act: impl Fn(&Space, &Table) -> Option<String>) {
    let is_word = |argument: &String| argument.starts_with(char::is_alphabetic);
    if std::env::args().skip(1).find(is_word).is_some_and(|word| !what.contains(&word)) {
        return;
    }
    println!("\n{what}");
    let mut side = if ways == 2 { 10 } else { 4 };
    loop {
        let (space, table) = invented(side, ways);
        let begun = Instant::now();
        let told = act(&space, &table);
        let took = begun.elapsed();
        let cells = side.pow(ways as u32);
        println!(
            "{side:>5} a side {cells:>8} cells {:>9.3} s  {}",
            took.as_secs_f64(),
            told.unwrap_or("refused".into())
        );
        if took > limit {
            return;
        }
        side = (side * 5).div_ceil(4);
        if side.pow(ways as u32) > 700_000 {
            println!("larger ones are refused");
            return;
        }
    }
}

/// Numbers from Knuth's linear congruential generator.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % n
    }
}

/// A table with this many categories in every direction: many counts of a few tens, some small ones, some of nobody.
fn invented(side: usize, ways: usize) -> (Space, Table) {
    let dimension = |d: usize| Dimension::new(format!("d{d}"), (0..side).map(|n| n.to_string()));
    let space = Space::new((0..ways).map(dimension).collect()).expect("a space");
    let names: Vec<String> = (0..ways).map(|d| format!("d{d}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let values: Vec<String> = (0..side).map(|n| n.to_string()).collect();
    let mut numbers = Numbers(side as u64);
    let rows: Vec<(Vec<&str>, u64)> = (0..side.pow(ways as u32))
        .map(|cell| {
            let of = (0..ways).map(|d| values[cell / side.pow(d as u32) % side].as_str()).collect();
            let count = match numbers.below(10) {
                0 => 0,
                1 => 1 + numbers.below(4),
                _ => 5 + numbers.below(60),
            };
            (of, count)
        })
        .collect();
    let table = Table::tabulate(&space, "table", 0, &names, &rows).expect("a table");
    (space, table)
}

/// The table without some of its finest cells.
fn withheld(table: &Table, ways: usize) -> factum_guard::table::Publication {
    let mut numbers = Numbers(1);
    let chosen: Vec<bool> = table.entries.iter().map(|e| e.of.len() == ways && numbers.below(100) < WITHHELD).collect();
    table.publication(|at| chosen[at])
}
