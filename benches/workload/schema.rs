//! What is known of visitors: attributes with the values that they take and the literals that authors compare them with.

use super::random::Random;

/// A value of a visitor, or a literal of a segment.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    Int(i64),
    Float(f64),
    Bool(bool),
    Text(Box<str>),
}

/// The values that an attribute takes, and the literals that it is compared with.
#[derive(Debug, Clone)]
pub enum Kind {
    /// Thresholds, ascending. Visitors lie between the second and the one before the last, so that the first and the
    /// last divide nobody from nobody.
    Int(Vec<i64>),
    Float(Vec<f64>),
    /// The share of visitors for whom it is true, in percent.
    Bool(usize),
    /// Names, each with the share of visitors who have it. A share of 0 is a name that nobody has.
    Enum(Vec<(Box<str>, u32)>),
    /// The same, but the policy is not told the names.
    Text(Vec<(Box<str>, u32)>),
}

impl Kind {
    pub fn names(&self) -> &[(Box<str>, u32)] {
        match self {
            Self::Enum(names) | Self::Text(names) => names,
            Self::Int(_) | Self::Float(_) | Self::Bool(_) => &[],
        }
    }
}

#[derive(Debug, Clone)]
pub struct Attribute {
    /// As conditions write it.
    pub name: Box<str>,
    pub kind: Kind,
    /// A count that is 0 where nothing is recorded: it is never left out.
    pub is_counted: bool,
}

impl Attribute {
    fn new(name: &str, kind: Kind) -> Self {
        Self { name: name.into(), kind, is_counted: false }
    }
    /// Declared by the policy, not built in.
    pub fn is_own(&self) -> bool {
        !self.name.contains('.')
    }
    pub fn is_of_visit(&self) -> bool {
        self.name.starts_with("visit.")
    }

    /// The value of one visitor.
    pub fn draw(&self, random: &mut Random) -> Value {
        match &self.kind {
            Kind::Int(grid) => {
                let step = 1 + random.below(grid.len() - 3);
                let (low, high) = (grid[step], grid[step + 1]);
                Value::Int(low + random.below((high - low) as usize) as i64)
            }
            Kind::Float(grid) => {
                let step = 1 + random.below(grid.len() - 3);
                let (low, high) = (grid[step], grid[step + 1]);
                // Eighths, so that a value is printed as it is kept.
                let eighths = ((high - low) * 8.0) as usize;
                Value::Float(low + random.below(eighths.max(1)) as f64 / 8.0)
            }
            Kind::Bool(percent) => Value::Bool(random.percent(*percent)),
            Kind::Enum(names) | Kind::Text(names) => {
                let weights: Vec<u32> = names.iter().map(|(_, weight)| *weight).collect();
                Value::Text(names[random.weighted(&weights)].0.clone())
            }
        }
    }
}

fn ints(grid: &[i64]) -> Kind {
    Kind::Int(grid.to_vec())
}
fn floats(grid: &[f64]) -> Kind {
    Kind::Float(grid.to_vec())
}
fn names(names: &[(&str, u32)]) -> Vec<(Box<str>, u32)> {
    names.iter().map(|&(name, weight)| (name.into(), weight)).collect()
}

/// The attributes of a telecom company's customers and visits: 9 whole numbers, 4 floats, 5 booleans, 6 of names; 13 of
/// them built in, 11 the company's own.
pub fn normal() -> Vec<Attribute> {
    let mut all = vec![
        Attribute::new(
            "profile.age",
            ints(&[10, 18, 25, 30, 35, 40, 45, 50, 55, 60, 65, 70, 75, 80, 90, 120]),
        ),
        Attribute::new("profile.fluency", ints(&[0, 1, 10, 20, 30, 40, 50, 60, 70, 80, 90, 99, 100])),
        Attribute::new("profile.visits", ints(&[0, 1, 2, 3, 5, 10, 20, 50, 100, 200, 1000])),
        Attribute::new("profile.orders", ints(&[0, 1, 2, 3, 4, 5, 10, 20, 30, 500])),
        Attribute::new(
            "profile.tenure_days",
            ints(&[0, 1, 30, 90, 180, 365, 730, 1095, 1825, 3650, 7300, 36500]),
        ),
        Attribute::new("profile.nps", ints(&[0, 1, 3, 5, 6, 7, 8, 9, 10])),
        Attribute::new("lines", ints(&[0, 1, 2, 3, 4, 5, 8, 50])),
        Attribute::new("calls_to_us", ints(&[-1, 0, 1, 2, 3, 4, 5, 8, 10, 15, 100])),
        Attribute::new("days_overdue", ints(&[-1, 0, 1, 7, 14, 30, 45, 60, 90, 400])),
        Attribute::new(
            "visit.downlink",
            floats(&[0.0, 0.25, 0.5, 1.0, 1.5, 2.0, 5.0, 10.0, 25.0, 50.0, 1000.0]),
        ),
        Attribute::new(
            "monthly_charge",
            floats(&[0.0, 5.0, 10.0, 20.0, 29.5, 39.5, 49.5, 59.5, 69.5, 79.5, 89.5, 99.5, 120.0, 900.0]),
        ),
        Attribute::new(
            "data_used_gb",
            floats(&[-1.0, 0.0, 0.5, 1.0, 2.5, 5.0, 10.0, 20.0, 40.0, 80.0, 5000.0]),
        ),
        Attribute::new(
            "balance",
            floats(&[-900.0, -50.0, -20.0, 0.0, 10.0, 20.0, 50.0, 100.0, 200.0, 9000.0]),
        ),
        Attribute::new("visit.save_data", Kind::Bool(20)),
        Attribute::new("visit.returning", Kind::Bool(60)),
        Attribute::new("paperless", Kind::Bool(55)),
        Attribute::new("autopay", Kind::Bool(40)),
        Attribute::new("roaming", Kind::Bool(15)),
        Attribute::new(
            "visit.device",
            Kind::Enum(names(&[
                ("mobile", 58),
                ("desktop", 28),
                ("tablet", 8),
                ("tv", 4),
                ("watch", 2),
                ("kiosk", 0),
            ])),
        ),
        Attribute::new(
            "visit.connection",
            Kind::Enum(names(&[("4g", 70), ("3g", 16), ("2g", 8), ("slow_2g", 6), ("offline", 0)])),
        ),
        Attribute::new("profile.region", Kind::Text(regions())),
        Attribute::new(
            "profile.tier",
            Kind::Text(names(&[
                ("basic", 50),
                ("silver", 28),
                ("gold", 16),
                ("platinum", 6),
                ("founder", 0),
            ])),
        ),
        Attribute::new(
            "contract",
            Kind::Enum(names(&[
                ("month_to_month", 55),
                ("one_year", 21),
                ("two_year", 20),
                ("prepaid", 4),
                ("wholesale", 0),
            ])),
        ),
        Attribute::new(
            "internet",
            Kind::Enum(names(&[
                ("fiber_optic", 44),
                ("dsl", 33),
                ("cable", 9),
                ("none", 14),
                ("satellite", 0),
            ])),
        ),
    ];
    for attribute in &mut all {
        attribute.is_counted = matches!(&*attribute.name, "profile.visits" | "profile.orders");
    }
    all
}

/// Twenty-five regions, the largest with a quarter of the people, and one that is no one's.
fn regions() -> Vec<(Box<str>, u32)> {
    (0..25u32)
        .map(|n| (format!("region_{:02}", n + 1).into(), 100 / (n + 1)))
        .chain([("atlantis".into(), 0)])
        .collect()
}

/// The normal attributes and 76 more of the company's own, of the same kinds.
pub fn wide() -> Vec<Attribute> {
    let mut all = normal();
    for n in all.len()..100 {
        let name = format!("extra_{n:03}");
        let shift = (n % 7) as i64;
        let kind = match n % 4 {
            0 => Kind::Int((0..12).map(|step| (step - 1) * 10 + shift).collect()),
            1 => Kind::Float((0..12).map(|step| f64::from(step - 1) * 2.5 + shift as f64).collect()),
            2 => Kind::Bool(10 + (n * 13) % 60),
            _ => Kind::Enum(
                (0..8u32).map(|value| (format!("value_{value}").into(), (64 >> value) & !1)).collect(),
            ),
        };
        all.push(Attribute::new(&name, kind));
    }
    all
}

/// Texts as they come with requests and stand in records: long, many, sharing beginnings.
pub fn strings() -> Vec<Attribute> {
    let list = |of: &dyn Fn(usize) -> String, count: usize| -> Vec<(Box<str>, u32)> {
        (0..count).map(|n| (of(n).into(), (1000 / (n + 1)) as u32 + 1)).collect()
    };
    let (hosts, words) =
        (["search", "news", "shop", "mail", "social"], ["spring", "summer", "autumn", "winter"]);
    vec![
        Attribute::new(
            "visit.referrer",
            Kind::Text(list(&|n| format!("{}-{}.example.com", hosts[n % 5], n / 5), 200)),
        ),
        Attribute::new(
            "visit.campaign",
            Kind::Text(list(&|n| format!("{}-offer-{:03}-{}", words[n % 4], n, n % 3), 400)),
        ),
        Attribute::new(
            "visit.platform",
            Kind::Text(list(&|n| format!("{}-{}", ["android", "ios", "windows"][n % 3], n / 3), 60)),
        ),
        Attribute::new(
            "visit.language",
            Kind::Text(list(&|n| ["pt-br", "en-us", "es-es", "de-de", "fr-fr", "pt-pt"][n].to_owned(), 6)),
        ),
        Attribute::new("profile.region", Kind::Text(regions())),
        Attribute::new("profile.tier", Kind::Text(list(&|n| format!("tier-{n}"), 12))),
        Attribute::new("plan", Kind::Text(list(&|n| format!("plan-{}-{}", words[n % 4], n), 300))),
        Attribute::new("mail_domain", Kind::Text(list(&|n| format!("{}{}.example", hosts[n % 5], n), 500))),
        Attribute::new(
            "last_search",
            Kind::Text(list(&|n| format!("how-to-{}-{}-{}", words[n % 4], hosts[n % 5], n), 1000)),
        ),
        Attribute::new(
            "model",
            Kind::Text(list(&|n| format!("model-{}-{:02}", (b'a' + (n % 26) as u8) as char, n), 150)),
        ),
    ]
}

/// Four hundred whole numbers and as many floats, each over a wide range.
pub fn adversarial() -> Vec<Attribute> {
    (0..800)
        .map(|n| {
            let name = format!("fact_{n:03}");
            if n % 2 == 0 {
                Attribute::new(&name, Kind::Int(vec![-1_000_000, 0, 1_000_000, 2_000_000]))
            } else {
                Attribute::new(&name, Kind::Float(vec![-1e6, 0.0, 1e6, 2e6]))
            }
        })
        .collect()
}
