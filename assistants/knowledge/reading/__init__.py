"""Files as text or as questions and answers.

What strangers' files can do to a parser (bombs, endless loops, crashes of C code) happens in a process of its own with
little memory and little time: `python -m assistants.knowledge.reading <suffix>` reads the file from its input and
writes JSON: {"content": …} or {"items": […]} or {"error": {"code", …}}. Nothing here knows Django or our tables.
"""
