//! How does a custody record look on paper?
//!
//! One HTML file without scripts, links or pictures: it can be opened offline, printed, and read in fifty years.

use super::{Chain, Event};
use std::fmt::Write;

const STYLE: &str = "body{font:11pt/1.45 serif;max-width:62em;margin:2em auto;padding:0 1em;color:#111;background:#fff}\
h1{font-size:1.5em;margin-bottom:.2em}h2{font-size:1.15em;margin-top:1.6em}\
table{border-collapse:collapse;width:100%}th,td{border:1px solid #777;padding:.3em .5em;text-align:start;vertical-align:top}\
th{background:#eee}thead{display:table-header-group}tr{break-inside:avoid}\
code{font:.85em monospace;overflow-wrap:anywhere}ul{margin:0;padding-inline-start:1.1em}.undone td{text-decoration:line-through}\
@page{size:A4 landscape;margin:15mm}";

/// The record as one page.
pub fn page(chain: &Chain) -> String {
    let mut html = String::new();
    let title = format!("Custody record of item {}", chain.item);
    let _ = write!(
        html,
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta http-equiv=\"Content-Security-Policy\" \
         content=\"default-src 'none'; style-src 'unsafe-inline'\">\n<meta name=\"viewport\" content=\"width=device-width\">\n\
         <title>{}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<h1>{}</h1>\n",
        escaped(&title),
        escaped(&title)
    );
    let whom = match &chain.made_for {
        Some(recipient) => format!("Made for {recipient}. It names people: do not pass it on."),
        None => "People are told by their roles; their names are withheld.".into(),
    };
    let _ = writeln!(html, "<p>{} {}</p>", escaped(&format!("Inquiry: {}.", chain.inquiry)), escaped(&whom));
    facts(&mut html, chain);
    events(&mut html, &chain.events);
    how_to_check(&mut html, chain);
    html.push_str("</body>\n</html>\n");
    html
}

fn facts(html: &mut String, chain: &Chain) {
    let present = if chain.present { "yes" } else { "no: shredded, or not in this copy of the case" };
    let rows = [
        ("Item", chain.item.to_string()),
        ("Name of the file", chain.name.clone()),
        ("Length in bytes", chain.length.to_string()),
        ("SHA-256 of its bytes", chain.sha256.to_string()),
        ("Media type, by its bytes", chain.media_type.clone()),
        ("Sealed object", chain.object.to_string()),
        ("Are its bytes in the case?", present.into()),
        ("Log", chain.log.clone()),
        ("Entries of the log looked at", chain.size.to_string()),
        ("Root of the log", chain.root.to_string()),
        ("Compartments looked into", chain.compartments.join(", ")),
        ("Made with", chain.program.clone()),
    ];
    html.push_str("<table>\n<tbody>\n");
    for (name, value) in rows {
        let _ = writeln!(
            html,
            "<tr><th scope=\"row\">{name}</th><td dir=\"auto\"><code>{}</code></td></tr>",
            escaped(&value)
        );
    }
    html.push_str("</tbody>\n</table>\n");
}

fn events(html: &mut String, events: &[Event]) {
    html.push_str(
        "<h2>What happened to it</h2>\n<p>In the order of the log, which is the order of evidence; times are those of the clocks of \
         the machines concerned.</p>\n<table>\n<thead><tr><th>Entry</th><th>Time (UTC)</th><th>Into the log (UTC)</th>\
         <th>What</th><th>Who</th><th>Details</th></tr></thead>\n<tbody>\n",
    );
    for event in events {
        let class = if event.undone { " class=\"undone\"" } else { "" };
        let _ = write!(
            html,
            "<tr{class}><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td><ul>",
            event.entry,
            escaped(&event.time),
            escaped(&event.logged),
            escaped(event.act),
            escaped(&event.who)
        );
        for line in lines(event) {
            let _ = write!(html, "<li dir=\"auto\">{}</li>", escaped(&line));
        }
        html.push_str("</ul></td></tr>\n");
    }
    html.push_str("</tbody>\n</table>\n");
}

/// All that is to be said of an event, line by line.
pub fn lines(event: &Event) -> Vec<String> {
    let mut lines = event.details.clone();
    lines.push(format!("transaction {}, {}", event.transaction, event.program));
    lines.extend(event.clock_behind.map(|s| format!("this clock was {s} s behind what the log had already seen")));
    if event.undone {
        lines.push("undone later".into());
    }
    lines
}

fn how_to_check(html: &mut String, chain: &Chain) {
    let _ = write!(
        html,
        "<h2>How to check it</h2>\n<ol>\n<li>The bytes handed over with this record must have the SHA-256 above: <code>sha256sum \
         FILE</code>.</li>\n<li>The log must hold the sealed object <code>{}</code>, and must be the log that independent witnesses \
         or time stamps have seen: <code>factum-verify DIR --policy POLICY</code>, with a policy got from somebody else than who \
         made this record.</li>\n<li>This record is what the holder of the case says the log holds. The log proves that nothing in \
         it was changed afterwards; it cannot prove that what was written into it was true.</li>\n</ol>\n",
        chain.object
    );
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c if c.is_control() => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}
