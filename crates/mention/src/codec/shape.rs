//! The form that a schema gives to bytes, and nothing else of it: what a decoder has to know.

use std::collections::HashMap;

use apache_avro::Schema;
use apache_avro::schema::Name;

/// The form of a value.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Shape {
    Null,
    Boolean,
    Int,
    Long,
    Float,
    Double,
    Bytes,
    String,
    /// The symbols, and which of them stands for one that the reader does not know.
    Enum(Vec<String>, Option<String>),
    /// The branches.
    Union(Vec<Shape>),
    /// Names and forms of the fields, in their order.
    Record(Vec<(String, Shape)>),
    /// The form of an item, and the memory it takes before what it points to, in bytes.
    Array(Box<Shape>, usize),
}

impl Shape {
    /// The form that a schema gives.
    ///
    /// # Errors
    /// When the schema uses what no fact may use: a type without a form here, a type that contains
    /// itself (its depth would be the sender's choice), or an array of items without bytes (its
    /// length would be).
    pub(crate) fn of(schema: &Schema) -> Result<Self, String> {
        shape(schema, &mut HashMap::new())
    }

    /// An upper bound of the memory that a decoded value takes in place, in bytes.
    fn size(&self) -> usize {
        match self {
            Shape::Null => 0,
            Shape::Boolean | Shape::Enum(..) => 1,
            Shape::Int | Shape::Float => 4,
            Shape::Long | Shape::Double => 8,
            Shape::Bytes | Shape::String | Shape::Array(..) => 24,
            Shape::Union(branches) => 8 + branches.iter().map(Shape::size).max().unwrap_or(0),
            Shape::Record(fields) => fields.iter().map(|(_, s)| s.size().next_multiple_of(8)).sum(),
        }
    }

    /// Whether a value of this form may have no bytes.
    fn is_nothing(&self) -> bool {
        match self {
            Shape::Null => true,
            Shape::Record(fields) => fields.iter().all(|(_, shape)| shape.is_nothing()),
            _ => false,
        }
    }
}

/// Named types met so far; none while the type itself is being worked out.
type Named = HashMap<Name, Option<Shape>>;

fn shape(schema: &Schema, named: &mut Named) -> Result<Shape, String> {
    Ok(match schema {
        Schema::Null => Shape::Null,
        Schema::Boolean => Shape::Boolean,
        Schema::Int => Shape::Int,
        Schema::Long | Schema::TimestampMicros => Shape::Long,
        Schema::Float => Shape::Float,
        Schema::Double => Shape::Double,
        Schema::Bytes => Shape::Bytes,
        Schema::String => Shape::String,
        Schema::Enum(one) => {
            let shape = Shape::Enum(one.symbols.clone(), one.default.clone());
            named.insert(one.name.clone(), Some(shape.clone()));
            shape
        }
        Schema::Union(union) => {
            let branches = union.variants().iter().map(|branch| shape(branch, named));
            Shape::Union(branches.collect::<Result<_, _>>()?)
        }
        Schema::Record(record) => {
            named.insert(record.name.clone(), None);
            let fields = record.fields.iter();
            let fields = fields.map(|f| Ok((f.name.clone(), shape(&f.schema, named)?)));
            let shape = Shape::Record(fields.collect::<Result<_, String>>()?);
            named.insert(record.name.clone(), Some(shape.clone()));
            shape
        }
        Schema::Array(array) => {
            let item = shape(&array.items, named)?;
            if item.is_nothing() {
                return Err("an array of items without bytes".into());
            }
            let size = item.size();
            Shape::Array(Box::new(item), size)
        }
        Schema::Ref { name } => match named.get(name) {
            Some(Some(shape)) => shape.clone(),
            Some(None) => return Err(format!("{name} contains itself")),
            None => return Err(format!("{name} is not defined before its use")),
        },
        other => return Err(format!("no fact may use {other:?}")),
    })
}
