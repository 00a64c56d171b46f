"""The mission's tables and columns, as the database itself describes them."""

import re
from uuid import uuid4

import pytest
from django.db import connection

TABLES = """
users          id UUID PRIMARY KEY
users          email VARCHAR(255) NOT NULL
users          password_hash VARCHAR(255) NOT NULL
users          name VARCHAR(255) NOT NULL
users          avatar_url VARCHAR(500)
users          role VARCHAR(50) DEFAULT 'user'
users          is_active BOOLEAN DEFAULT true
users          created_at TIMESTAMP DEFAULT NOW()
users          updated_at TIMESTAMP DEFAULT NOW()
assistants     id UUID PRIMARY KEY
assistants     user_id UUID
assistants     name VARCHAR(255) NOT NULL
assistants     description TEXT
assistants     type VARCHAR(50) NOT NULL
assistants     status VARCHAR(50) DEFAULT 'active'
assistants     auto_response TEXT
assistants     ai_prompt TEXT
assistants     created_at TIMESTAMP DEFAULT NOW()
assistants     updated_at TIMESTAMP DEFAULT NOW()
schedules      id UUID PRIMARY KEY
schedules      assistant_id UUID
schedules      day_of_week INTEGER NOT NULL
schedules      start_time TIME NOT NULL
schedules      end_time TIME NOT NULL
schedules      enabled BOOLEAN DEFAULT true
schedules      created_at TIMESTAMP DEFAULT NOW()
conversations  id UUID PRIMARY KEY
conversations  user_id UUID
conversations  contact_name VARCHAR(255) NOT NULL
conversations  contact_phone VARCHAR(50)
conversations  contact_email VARCHAR(255)
conversations  platform VARCHAR(50) NOT NULL
conversations  status VARCHAR(50) DEFAULT 'active'
conversations  priority VARCHAR(50) DEFAULT 'medium'
conversations  assigned_assistant_id UUID
conversations  last_message TEXT
conversations  last_message_time TIMESTAMP
conversations  unread_count INTEGER DEFAULT 0
conversations  tags LIST
conversations  created_at TIMESTAMP DEFAULT NOW()
conversations  updated_at TIMESTAMP DEFAULT NOW()
messages       id UUID PRIMARY KEY
messages       conversation_id UUID
messages       content TEXT NOT NULL
messages       sender VARCHAR(50) NOT NULL
messages       type VARCHAR(50) DEFAULT 'text'
messages       status VARCHAR(50) DEFAULT 'queued'
messages       metadata JSONB
messages       created_at TIMESTAMP DEFAULT NOW()
integrations   id UUID PRIMARY KEY
integrations   user_id UUID
integrations   platform VARCHAR(50) NOT NULL
integrations   status VARCHAR(50) DEFAULT 'inactive'
integrations   credentials JSONB NOT NULL
integrations   webhook_url VARCHAR(500)
integrations   last_sync TIMESTAMP
integrations   created_at TIMESTAMP DEFAULT NOW()
integrations   updated_at TIMESTAMP DEFAULT NOW()
"""
"""Two differ from the mission's page: a message starts `queued`, since nothing was sent yet, and tags are a JSON list,
which both databases can index.
"""
COLUMN = re.compile(r"(\w+) +(\w+) (\w+(?:\(\d+\))?)(?: (NOT NULL|PRIMARY KEY))?(?: DEFAULT (.+))?")

# What each database calls the same thing.
POSTGRESQL = {
    "TIMESTAMP": "timestamp with time zone",
    "TIME": "time without time zone",
    "LIST": "jsonb",
    "NOW()": "statement_timestamp()",
}
SQLITE = {
    "UUID": "char(32)",
    "BOOLEAN": "bool",
    "TIMESTAMP": "datetime",
    "JSONB": "text",
    "LIST": "text",
    "NOW()": "strftime('%y-%m-%d %h:%m:%f', 'now')",
    "true": "1",
}
WORDS = SQLITE if connection.vendor == "sqlite" else POSTGRESQL

pytestmark = pytest.mark.django_db


def described(table):
    """{column: (type, is nullable, default)} in the database's own words, lower case, without casts."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute('SELECT name, type, NOT "notnull", dflt_value FROM pragma_table_info(%s)', [table])
        else:
            cursor.execute(
                "SELECT a.attname, format_type(a.atttypid, a.atttypmod), NOT a.attnotnull,"
                " pg_get_expr(d.adbin, d.adrelid)"
                " FROM pg_attribute a LEFT JOIN pg_attrdef d ON (d.adrelid, d.adnum) = (a.attrelid, a.attnum)"
                " WHERE a.attrelid = %s::regclass AND a.attnum > 0",
                [table],
            )
        return {
            name: (
                kind.lower().replace("character varying", "varchar"),
                bool(null),
                (default or "").partition("::")[0].lower(),
            )
            for name, kind, null, default in cursor.fetchall()
        }


@pytest.mark.parametrize("line", TABLES.strip().splitlines(), ids=lambda line: ".".join(line.split()[:2]))
def test_the_missions_column_is_there(line):
    table, column, kind, bound, default = COLUMN.fullmatch(line).groups()
    found_kind, nullable, found_default = described(table)[column]

    assert found_kind == WORDS.get(kind, kind).lower()
    assert not (bound and nullable)
    assert found_default == (WORDS.get(default, default) or "")


def test_a_row_written_by_hand_gets_the_missions_defaults():
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO users (id, email, password_hash, name, timezone, language) VALUES (%s, %s, '', '', '', '')",
            [uuid4().hex, "hand@example.com"],
        )
        cursor.execute("SELECT role, is_active, created_at IS NOT NULL FROM users")
        role, is_active, has_time = cursor.fetchone()

    assert (role, bool(is_active), bool(has_time)) == ("user", True, True)
