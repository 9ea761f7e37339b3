//! What a `User-Agent` looks like: the weakest source of all, for the kind of device and the platform only. A short list
//! of words in a fixed order, after the advice of the browser makers: "Mobi" is a phone, Android without it a tablet.
//! An iPad that asks for desktop pages calls itself a Macintosh; nobody can tell from here. A program that says what it
//! is (a crawler) is no device.

use crate::visit::Device;

/// What was read from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct UserAgent {
    pub(super) device: Option<Device>,
    /// Spelt as in `Sec-CH-UA-Platform`.
    pub(super) platform: Option<&'static str>,
}

/// Programs that crawl: their words for themselves, and the address where they explain themselves.
const PROGRAMS: &[&str] = &["bot/", "Bot/", "bot;", "+http"];

/// The first that occurs decides: the rarer and the more precise stand before the common.
const DEVICES: &[(&str, Device)] = &[
    ("Watch", Device::Watch),
    ("watchOS", Device::Watch),
    ("Wear OS", Device::Watch),
    ("OculusBrowser", Device::Xr),
    ("PicoBrowser", Device::Xr),
    (" VR ", Device::Xr),
    ("Android Automotive", Device::Car),
    ("QtCarBrowser", Device::Car),
    ("Tesla/", Device::Car),
    ("SMART-TV", Device::Tv),
    ("SmartTV", Device::Tv),
    ("Smart TV", Device::Tv),
    ("HbbTV", Device::Tv),
    ("AppleTV", Device::Tv),
    ("Apple TV", Device::Tv),
    ("tvOS", Device::Tv),
    ("Google TV", Device::Tv),
    ("GoogleTV", Device::Tv),
    ("Android TV", Device::Tv),
    ("BRAVIA", Device::Tv),
    ("NetCast", Device::Tv),
    ("Web0S", Device::Tv),
    ("VIDAA", Device::Tv),
    ("Roku", Device::Tv),
    ("CrKey", Device::Tv),
    ("; AFT", Device::Tv),
    ("PlayStation", Device::Other),
    ("Xbox", Device::Other),
    ("Nintendo", Device::Other),
    ("iPad", Device::Tablet),
    // Not `Tablet PC 2.0`, which old desktops say.
    ("Tablet;", Device::Tablet),
    ("PlayBook", Device::Tablet),
    ("Kindle", Device::Tablet),
    ("Mobi", Device::Mobile),
    ("iPhone", Device::Mobile),
    ("iPod", Device::Mobile),
    ("Opera Mini", Device::Mobile),
    ("BlackBerry", Device::Mobile),
    ("Android", Device::Tablet),
    ("Windows NT", Device::Desktop),
    ("Macintosh", Device::Desktop),
    ("CrOS", Device::Desktop),
    ("X11", Device::Desktop),
    ("Wayland", Device::Desktop),
];

const PLATFORMS: &[(&str, &str)] = &[
    // It also claims to be Android and an iPhone.
    ("Windows Phone", "Windows Phone"),
    ("Windows", "Windows"),
    ("CrOS", "Chrome OS"),
    ("iPhone", "iOS"),
    ("iPad", "iOS"),
    ("iPod", "iOS"),
    ("Macintosh", "macOS"),
    ("Tizen", "Tizen"),
    ("Web0S", "webOS"),
    ("KAIOS", "KaiOS"),
    ("Android", "Android"),
    ("Linux", "Linux"),
];

/// # Cost
/// One search of the text for each word, at worst; no allocation.
pub(super) fn read(text: &str) -> UserAgent {
    if PROGRAMS.iter().any(|word| text.contains(word)) {
        return UserAgent::default();
    }
    UserAgent { device: first(text, DEVICES), platform: first(text, PLATFORMS) }
}

fn first<T: Copy>(text: &str, words: &[(&str, T)]) -> Option<T> {
    words.iter().find(|(word, _)| text.contains(word)).map(|&(_, meaning)| meaning)
}
