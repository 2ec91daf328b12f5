//! How does a drawing become pixels?
//!
//! For formats whose readers cannot be trusted with SVG. The fonts are those of the reports; nothing is read from anywhere.

use crate::fonts;
use resvg::tiny_skia::{Color, Pixmap, Transform};
use resvg::usvg::{self, Options, Tree, fontdb};
use std::sync::{Arc, LazyLock};

/// No picture has more pixels on a side: a text width at 600 dpi.
const MOST_PIXELS: f32 = 3800.0;

/// A picture as PNG.
pub(crate) struct Png {
    pub bytes: Vec<u8>,
    pub width: u32,
    pub height: u32,
}

static FONTS: LazyLock<Arc<fontdb::Database>> = LazyLock::new(|| {
    let mut fonts = fontdb::Database::new();
    for data in fonts::FILES {
        fonts.load_font_source(fontdb::Source::Binary(Arc::new(data)));
    }
    fonts.set_sans_serif_family("Noto Sans");
    Arc::new(fonts)
});

/// Draws an SVG this many pixels wide on white. The error says why it cannot be drawn.
pub(crate) fn png(svg: &str, width: f32) -> Result<Png, String> {
    let options = Options { fontdb: Arc::clone(&FONTS), font_family: "Noto Sans".into(), ..Options::default() };
    let tree = Tree::from_str(svg, &options).map_err(|e: usvg::Error| e.to_string())?;
    let size = tree.size();
    let scale = (width / size.width()).min(MOST_PIXELS / size.height()).min(MOST_PIXELS / size.width());
    let pixels = |side: f32| (side * scale).ceil().clamp(1.0, MOST_PIXELS) as u32;
    let (width, height) = (pixels(size.width()), pixels(size.height()));
    let mut pixmap = Pixmap::new(width, height).ok_or("it has no size")?;
    pixmap.fill(Color::WHITE);
    resvg::render(&tree, Transform::from_scale(scale, scale), &mut pixmap.as_mut());
    let bytes = pixmap.encode_png().map_err(|e| e.to_string())?;
    Ok(Png { bytes, width, height })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plot;

    #[test]
    fn a_drawing_is_scaled_to_its_width_and_letters_are_drawn() {
        let bars = |label: &str| plot::bars(&[(label.to_string(), 3)], "people");
        let drawn = png(&bars("محمد 王"), 640.0).unwrap();
        assert_eq!(drawn.width, 640);
        assert!(drawn.bytes.starts_with(b"\x89PNG"));
        assert_ne!(drawn.bytes, png(&bars(""), 640.0).unwrap().bytes, "the label is seen");
        assert_eq!(drawn.bytes, png(&bars("محمد 王"), 640.0).unwrap().bytes, "same drawing, same pixels");
    }

    #[test]
    fn what_cannot_be_drawn_is_an_error_or_small() {
        assert!(png("no drawing", 640.0).is_err());
        assert!(png("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"0\" height=\"9\"/>", 640.0).is_err());
        let tall = "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"1\" height=\"900000\"/>";
        assert!(png(tall, 640.0).is_ok_and(|p| p.height == 3800));
    }
}
