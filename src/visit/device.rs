//! What a visit comes with: device, way of input, connection, colours.

use crate::words::words;

words! {
    /// A kind of device.
    #[derive(PartialOrd, Ord)]
    #[non_exhaustive]
    pub enum Device ("device") {
        /// A phone.
        Mobile = "mobile",
        /// A tablet.
        Tablet = "tablet",
        /// A computer.
        Desktop = "desktop",
        /// A watch.
        Watch = "watch",
        /// A television.
        Tv = "tv",
        /// A car.
        Car = "car",
        /// Glasses or a headset.
        Xr = "xr",
        /// A machine in a public place.
        Kiosk = "kiosk",
        /// Something else.
        Other = "other",
    }
}

words! {
    /// How the visitor acts on the page.
    #[derive(PartialOrd, Ord)]
    #[non_exhaustive]
    pub enum Input ("input") {
        /// A finger.
        Touch = "touch",
        /// A mouse, pad or pen.
        Pointer = "pointer",
        /// Keys alone.
        Keyboard = "keyboard",
        /// A switch.
        Switch = "switch",
        /// The voice.
        Voice = "voice",
        /// A remote control.
        Remote = "remote",
    }
}

words! {
    /// A connection by how it feels, as browsers class it.
    #[derive(PartialOrd, Ord)]
    #[non_exhaustive]
    pub enum Connection ("connection") {
        /// None.
        Offline = "offline",
        /// As on the slowest mobile network.
        Slow2g = "slow_2g",
        /// As on a slow one.
        Like2g = "2g",
        /// As on a middling one.
        Like3g = "3g",
        /// As on a fast one, or better.
        Like4g = "4g",
    }
}

words! {
    /// The colours that the device asks for.
    #[derive(PartialOrd, Ord)]
    #[non_exhaustive]
    pub enum ColorScheme ("color scheme") {
        /// Dark on light.
        Light = "light",
        /// Light on dark.
        Dark = "dark",
    }
}
