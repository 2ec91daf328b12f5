//! How does the time of linking grow with the number of records?

/// Points of one rule set: records and seconds.
pub struct Series {
    pub name: String,
    pub points: Vec<(f64, f64)>,
}

const WIDTH: f64 = 640.0;
const HEIGHT: f64 = 420.0;
const LEFT: f64 = 70.0;
const RIGHT: f64 = 90.0;
const TOP: f64 = 40.0;
const BOTTOM: f64 = 55.0;

/// Colours that also differ in brightness, with a shape of point for each.
const STYLES: [(&str, &str); 3] = [("#0b5394", "circle"), ("#38761d", "square"), ("#b45f06", "diamond")];

/// Whole decades around values; a value that misses a power of ten by a hundredth does not open another.
fn decades(values: impl Iterator<Item = f64> + Clone) -> (f64, f64) {
    let low = (values.clone().fold(f64::INFINITY, f64::min).log10() + 0.01).floor();
    let high = (values.fold(0.0, f64::max).log10() - 0.01).ceil();
    (low, high.max(low + 1.0))
}

/// Both axes in powers of ten.
pub fn svg(title: &str, series: &[Series]) -> String {
    let all = || series.iter().flat_map(|s| s.points.iter().copied());
    let ((x0, x1), (y0, y1)) = (decades(all().map(|p| p.0)), decades(all().map(|p| p.1)));
    let x = |records: f64| LEFT + (records.log10() - x0) / (x1 - x0) * (WIDTH - LEFT - RIGHT);
    let y = |seconds: f64| HEIGHT - BOTTOM - (seconds.log10() - y0) / (y1 - y0) * (HEIGHT - TOP - BOTTOM);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" width=\"{WIDTH}\" height=\"{HEIGHT}\" \
         font-family=\"sans-serif\" font-size=\"13\"><rect width=\"100%\" height=\"100%\" fill=\"white\"/>\
         <text x=\"{LEFT}\" y=\"22\" font-size=\"15\">{title}</text>"
    );
    let mut put = |element: String| out.push_str(&element);
    let (left, right, top, bottom) = (LEFT, WIDTH - RIGHT, TOP, HEIGHT - BOTTOM);
    for decade in x0 as i32..=x1 as i32 {
        let at = x(10f64.powi(decade));
        put(format!("<path d=\"M{at:.1} {top}V{bottom}\" stroke=\"#ccc\"/>"));
        put(format!("<text x=\"{at:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{}</text>", bottom + 20.0, plain(decade)));
    }
    for decade in y0 as i32..=y1 as i32 {
        let at = y(10f64.powi(decade));
        put(format!("<path d=\"M{left} {at:.1}H{right}\" stroke=\"#ccc\"/>"));
        put(format!(
            "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{}</text>",
            left - 8.0,
            at + 4.0,
            plain(decade)
        ));
    }
    let middle = (left + right) / 2.0;
    put(format!("<text x=\"{middle}\" y=\"{:.1}\" text-anchor=\"middle\">records</text>", HEIGHT - 12.0));
    let mut labels: Vec<f64> = Vec::new();
    for (series, (colour, shape)) in series.iter().zip(STYLES.iter().cycle()) {
        let points: Vec<(f64, f64)> = series.points.iter().map(|p| (x(p.0), y(p.1))).collect();
        let path: Vec<String> = points.iter().map(|(x, y)| format!("{x:.1},{y:.1}")).collect();
        put(format!("<polyline points=\"{}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\"/>", path.join(" ")));
        for &(x, y) in &points {
            put(match *shape {
                "circle" => format!("<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"4\" fill=\"{colour}\"/>"),
                "square" => format!(
                    "<rect x=\"{:.1}\" y=\"{:.1}\" width=\"8\" height=\"8\" fill=\"{colour}\"/>",
                    x - 4.0,
                    y - 4.0
                ),
                _ => format!("<path d=\"M{x:.1} {:.1}l5 5l-5 5l-5 -5z\" fill=\"{colour}\"/>", y - 5.0),
            });
        }
        if let Some(&(x, y)) = points.last() {
            // Lines that end close to one another keep their names apart.
            let mut at = y + 4.0;
            while labels.iter().any(|other| (other - at).abs() < 15.0) {
                at += 15.0;
            }
            labels.push(at);
            put(format!("<text x=\"{:.1}\" y=\"{at:.1}\" fill=\"{colour}\">{}</text>", x + 10.0, series.name));
        }
    }
    out.push_str("</svg>\n");
    out
}

/// A power of ten with its thousands parted.
fn plain(decade: i32) -> String {
    if decade < 0 {
        return format!("{:.*}", decade.unsigned_abs() as usize, 10f64.powi(decade));
    }
    let digits = format!("1{}", "0".repeat(decade.unsigned_abs() as usize));
    let (head, rest) = digits.split_at((digits.len() - 1) % 3 + 1);
    let groups = rest.as_bytes().chunks(3).map(|group| String::from_utf8_lossy(group));
    groups.fold(head.to_string(), |all, group| format!("{all},{group}"))
}
