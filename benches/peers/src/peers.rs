//! The engines, each in the way that its own documentation calls fastest.

pub mod a_tree;
pub mod cedar;
pub mod cel;
pub mod closures;
pub mod datalogic;
pub mod eppo;
pub mod launchdarkly;
pub mod maitre;
pub mod yggdrasil;
pub mod zen;
