"""Spreadsheets at the edge: reading uploaded workbooks, writing sheets and lists.

The only room that imports pandas, openpyxl and python-calamine, each when first needed.
"""
